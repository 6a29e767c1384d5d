import type { AuditOptions } from '../../config/options.js';
import { type Policy, policyFrom } from './policy.js';

/** The checks that options ask for. */
export const policyOfOptions = (
  { maxError, requireCoverage }: Pick<AuditOptions, 'maxError' | 'requireCoverage'>,
  model: string,
): Policy => {
  const settings: Record<string, string> = { maxError: '--max-error', requireCoverage: '--require-coverage' };
  const limits = {
    ...(maxError !== undefined && { maxError }),
    ...(requireCoverage !== undefined && { requireCoverage }),
  };
  return policyFrom(limits, ([name = '']) => ({ file: model, line: null, setting: settings[name] ?? name }));
};
