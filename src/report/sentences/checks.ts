import { estimators } from '../../estimators/index.js';
import type { FindingOf, RuleName } from '../../findings/policy/index.js';
import type { JudgedCheck } from '../../findings/policy/judge.js';
import type { Finding } from '../../findings/policy/rule.js';
import { forCount, grouped, percent, percentsApart, plural, short } from '../../text/format-numbers.js';
import {
  type Judgement,
  type Phrase,
  comparison,
  informationTexts,
  reachedBy,
  varianceRatioPhrase,
} from './check-phrases.js';
import { noInformation } from './recommendation.js';

type Sentence<OwnFinding> = (finding: OwnFinding, judgement: Judgement) => Phrase;

const LOOK_FOR_DEAD_UNITS = 'check for dead or saturated units, and the scale of the inputs (--scale)';

/** The sentences of every rule, and of the two checks that no policy names: a new rule needs one entry here. */
export const checkSentences = {
  maxError(finding, judgement) {
    switch (finding.kind) {
      case 'no-information':
        return {
          statement: 'the Fisher information is zero, so there is no relative error',
          advice: 'check the layer, or exclude it from this rule',
        };
      case 'too-few-labels':
        return {
          statement: 'too few labels were drawn to determine the relative error',
          advice: 'use more draws (--samples) or more inputs (--inputs)',
        };
      case 'measured': {
        const { estimator, samples, needed } = finding;
        const [error, limit] = percentsApart(finding.value, finding.limit);
        return comparison(finding, judgement, {
          value: `relative error ${error}${judgement.margin} at ${plural(samples, 'draw')}`,
          limit,
          remedy: reachedBy(needed, estimators[estimator].symbol),
        });
      }
    }
  },
  maxVarianceRatio: varianceRatioPhrase,
  minFisher: (finding, judgement) =>
    comparison(finding, judgement, {
      ...informationTexts(finding, judgement),
      remedy: LOOK_FOR_DEAD_UNITS,
    }),
  maxFisher: (finding, judgement) =>
    comparison(finding, judgement, {
      ...informationTexts(finding, judgement),
      remedy: 'check for exploding weights or gradients, and the scale of the data',
    }),
  requireEstimator: (finding, judgement) =>
    finding.kind === 'no-information'
      ? { statement: noInformation(finding.parameters), advice: LOOK_FOR_DEAD_UNITS }
      : varianceRatioPhrase(finding, judgement),
  requireCoverage({ value, limit, outcome }) {
    const [share, least] = percentsApart(value, limit);
    return {
      statement: `${share} of the parameters were audited; at least ${least} is required`,
      advice:
        outcome === 'inconclusive'
          ? 'audit more parameters (--parameters)'
          : 'remove --skip-layer, or find out which layers are not connected to the outputs',
    };
  },
  requireData({ kind, value, limit, available, outcome }) {
    if (kind === 'synthetic') return { statement: 'the inputs are synthetic', advice: 'provide a data set' };
    const inputs = `${plural(value, 'input')} ${forCount(value, 'was', 'were')} audited; at least ${grouped(limit)} ${forCount(limit, 'is', 'are')} required`;
    return outcome === 'fail'
      ? { statement: `${inputs}, and the data set has only ${grouped(available ?? 0)}`, advice: 'add more data' }
      : { statement: inputs, advice: `use --inputs ${limit}` };
  },
  maxIncrease(finding, judgement) {
    switch (finding.kind) {
      case 'no-baseline':
        return {
          statement: 'there is no baseline',
          advice: 'name one (--baseline), or create one (--update-baseline)',
        };
      case 'not-in-baseline':
        return { statement: 'the layer is not in the baseline', advice: '--update-baseline adds it' };
      case 'not-audited':
        return {
          statement: 'the layer is in the baseline but was not audited',
          advice: '--update-baseline removes it',
        };
      case 'no-error':
        return {
          statement: 'there is no relative error to compare, because the Fisher information is or was zero',
          advice: 'check the layer',
        };
      case 'same-model':
        return { statement: 'the model is the one in the baseline', advice: null };
      case 'measured': {
        const [error, limit] = percentsApart(finding.value, finding.limit);
        const { symbol } = estimators[finding.estimator];
        return comparison(finding, judgement, {
          value: `relative error ${error}${judgement.margin} of ${symbol} at ${plural(finding.samples, 'draw')}`,
          limit: `${limit}; the baseline has ${percent(finding.before)}`,
          remedy: 'find out what changed in the layer, or accept the change (--update-baseline)',
        });
      }
    }
  },
  policy: () => ({
    statement: 'no limit of the policy applies to a layer of this network',
    advice: 'check its layer names and globs',
  }),
  audited: (_finding, { layer }) => ({
    statement: 'the layer was skipped, so it was not checked',
    advice: `remove --skip-layer ${layer ?? ''}, or set --require-coverage`,
  }),
} as const satisfies { [Name in RuleName]: Sentence<FindingOf<Name>> } & {
  [Name in 'policy' | 'audited']: Sentence<Finding>;
};

/** The sentence of a check: layer, what was found, where the limit was set, and advice. */
export function checkText(check: JudgedCheck): string {
  const { rule, finding, outcome, width, layer, source } = check;
  // The entry of a rule takes the findings of that rule.
  const sentence = checkSentences[rule] as Sentence<Finding>;
  const { statement, advice } = sentence(finding, { outcome, margin: marginOf(width), layer });
  const subject = layer === null ? '' : `${layer}: `;
  const end = outcome === 'pass' || advice === null ? '' : ` · ${advice}`;
  return `${subject}${statement} (${source.setting})${end}`;
}

function marginOf(width: number): string {
  if (width === 0) return '';
  return Number.isFinite(width)
    ? ` (uncertain by a factor of ${short(Math.exp(width))})`
    : ' (too little was sampled to know its uncertainty)';
}
