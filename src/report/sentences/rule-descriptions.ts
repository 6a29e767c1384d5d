import { type RuleName, rules } from '../../findings/policy/index.js';

/** Descriptions of the checks that are not rules of a policy. */
const otherChecks: Readonly<Record<string, string>> = {
  policy: 'some limit of the policy must apply to a layer of the network',
  audited: 'a layer with limits must not be skipped, unless a required coverage permits it',
  worse: 'no layer may become worse, in the error of its recommended estimator or in its Fisher information',
};

/** What a rule or another check demands. */
export const ruleDescription = (id: string): string =>
  Object.hasOwn(rules, id) ? rules[id as RuleName].help : (otherChecks[id] ?? id);
