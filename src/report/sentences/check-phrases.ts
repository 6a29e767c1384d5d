import { estimators } from '../../estimators/index.js';
import type { Measured, Sampling } from '../../findings/policy/rule.js';
import type { VarianceRatioFinding } from '../../findings/policy/variance-ratio.js';
import { MOST_DRAWS } from '../../findings/network-summary.js';
import type { Check } from '../../results/verdict.js';
import { forCount, grouped, plural, besideLimit } from '../../text/format-numbers.js';
import { SAMPLING_FAILS, drawsInWords } from './needed-draws.js';

/** A finding in words: what was found, and what to do about it where it did not pass. */
export interface Phrase {
  readonly statement: string;
  readonly advice: string | null;
}

/** What sentences see beside the finding. */
export interface Judgement {
  readonly outcome: Check['outcome'];
  /** Uncertainty of a measured value in words, with a space before it; empty for exact values. */
  readonly margin: string;
  readonly layer: string | null;
}

/** The texts of a comparison with a limit. */
export interface ComparisonTexts {
  readonly value: string;
  readonly limit: string;
  /** What to do where the limit is exceeded. */
  readonly remedy: string;
}

/** A measured value against its limit. */
export function comparison({ sense, subset }: Measured, { outcome }: Judgement, texts: ComparisonTexts): Phrase {
  const { value, limit, remedy } = texts;
  if (outcome === 'pass') return { statement: `${value} is ${sense} ${limit}`, advice: null };
  if (outcome === 'inconclusive') {
    return { statement: `${value} is too close to the limit of ${limit}`, advice: moreSamples({ subset }) };
  }
  return { statement: `${value} is ${sense === 'at most' ? 'above' : 'below'} ${limit}`, advice: remedy };
}

/** What would make a sampled value more certain. */
const moreSamples = ({ subset }: Pick<Sampling, 'subset'>): string =>
  subset === null
    ? 'the value is estimated from label draws; use more draws (--samples) or more inputs (--inputs)'
    : `only ${grouped(subset.audited)} of ${plural(subset.total, 'parameter')} ${forCount(subset.audited, 'was', 'were')} audited; audit more (--parameters)`;

/** Draws that would reach a limit. */
export const reachedBy = (draws: number, symbol: string): string =>
  draws > MOST_DRAWS
    ? `${drawsInWords(draws)} of ${symbol} would be needed: ${SAMPLING_FAILS}`
    : `${drawsInWords(draws)} of ${symbol} would reach it`;

/** The value and the limit of a rule about the mean Fisher information. */
export function informationTexts(
  { value, limit }: Measured,
  { margin }: Judgement,
): Pick<ComparisonTexts, 'value' | 'limit'> {
  const [mean, most] = besideLimit(value, limit);
  return { value: `mean Fisher information ${mean}${margin}`, limit: most };
}

/** The finding of a rule about the ratio of the two variances. */
export function varianceRatioPhrase(finding: VarianceRatioFinding, judgement: Judgement): Phrase {
  const other = finding.estimator === 'gradient' ? 'hessian' : 'gradient';
  const [symbol, rival] = [estimators[finding.estimator].symbol, estimators[other].symbol];
  switch (finding.kind) {
    case 'other-does-not-apply':
      return { statement: `${rival} does not apply, so nothing is better than ${symbol}`, advice: null };
    case 'does-not-apply':
      return { statement: `${symbol} does not apply`, advice: `use ${rival}` };
    case 'no-variance':
      return { statement: `${symbol} has no variance`, advice: null };
    case 'other-has-no-variance':
      return { statement: `${rival} has no variance, but ${symbol} has`, advice: `use ${rival}` };
    case 'no-audited-variance':
      return { statement: 'the audited parameters have no variance', advice: moreSamples(finding) };
    case 'measured': {
      const [ratio, limit] = besideLimit(finding.value, finding.limit);
      return comparison(finding, judgement, {
        value: `variance ratio ${symbol}/${rival} ${ratio}${judgement.margin}`,
        limit,
        remedy: `use ${rival}`,
      });
    }
  }
}
