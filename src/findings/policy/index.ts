import type { Rule } from './rule.js';
import { maxFisher, minFisher } from './rules/fisher-range.js';
import { maxError } from './rules/max-error.js';
import { maxIncrease } from './rules/max-increase.js';
import { maxVarianceRatio } from './rules/max-variance-ratio.js';
import { requireCoverage } from './rules/require-coverage.js';
import { requireData } from './rules/require-data.js';
import { requireEstimator } from './rules/require-estimator.js';

/** Every rule that a policy may have, by its key there. */
export const rules = {
  maxError,
  maxVarianceRatio,
  minFisher,
  maxFisher,
  requireEstimator,
  requireCoverage,
  requireData,
  maxIncrease,
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;

export const ruleNames = Object.keys(rules) as RuleName[];
