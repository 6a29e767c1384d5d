import { type Policy, policyFrom } from './policy.js';

/** The options of an audit that are checks. */
interface CheckOptions {
  readonly maxError?: number | undefined;
  readonly requireCoverage?: number | undefined;
}

/** The policy that consists of the checks among the options. */
export const policyOfOptions = ({ maxError, requireCoverage }: CheckOptions, model: string): Policy => {
  const settings: Record<string, string> = { maxError: '--max-error', requireCoverage: '--require-coverage' };
  const limits = {
    ...(maxError !== undefined && { maxError }),
    ...(requireCoverage !== undefined && { requireCoverage }),
  };
  return policyFrom(limits, ([name = '']) => ({ file: model, line: null, setting: settings[name] ?? name }));
};
