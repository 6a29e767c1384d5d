import type { Rule } from './rule.js';
import { maxFisher, minFisher } from './rules/fisher-range.js';
import { maxError } from './rules/max-error.js';
import { maxIncrease } from './rules/max-increase.js';
import { maxVarianceRatio } from './rules/max-variance-ratio.js';
import { requireCoverage } from './rules/require-coverage.js';
import { requireData } from './rules/require-data.js';
import { requireEstimator } from './rules/require-estimator.js';

/** Every rule, by its key in a policy. A sentence for each is in report/sentences/checks.ts. */
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

/** What a rule may find. */
export type FindingOf<Name extends RuleName> = ReturnType<(typeof rules)[Name]['judge']>[number];

export const ruleNames = Object.keys(rules) as RuleName[];
