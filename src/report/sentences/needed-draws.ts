import { type EstimatorName, estimators } from '../../estimators/index.js';
import { MOST_DRAWS } from '../../findings/network-summary.js';
import { neededDraws } from '../../results/estimator-draws.js';
import type { LayerFigures } from '../../results/report.js';
import { forCount, percent, plural } from '../../text/format-numbers.js';

/** Said where more draws are needed than anyone takes. */
export const SAMPLING_FAILS = 'sampling does not work here';

/** "85 draws", or "more than 1 000 draws": beyond that the exact count does not matter. */
export const drawsInWords = (draws: number, noun = 'draw'): string =>
  draws > MOST_DRAWS ? `more than ${plural(MOST_DRAWS, noun)}` : plural(draws, noun);

/** The draws that an estimator needs for the target in a layer. */
interface Need {
  readonly symbol: string;
  /** Infinity where it is beyond all counts, null where it is unknown. */
  readonly draws: number | null;
}

const needOf = ({ estimators: own }: LayerFigures, name: EstimatorName): Need => ({
  symbol: estimators[name].symbol,
  draws: neededDraws(own[name]),
});

const countInWords = ({ draws }: Need): string => (draws === null ? 'an unknown number of draws' : drawsInWords(draws));

const isTooMany = ({ draws }: Need): boolean => draws !== null && draws > MOST_DRAWS;

/** How many draws each of some estimators needs in a layer. */
export function needsSentence(layer: LayerFigures, names: readonly EstimatorName[], target: number): string {
  const needs = names.map((name) => needOf(layer, name));
  const start = `For a relative error of ${percent(target)}`;
  if (needs.every(isTooMany)) {
    const symbols = needs.map(({ symbol }) => symbol).join(' and ');
    return `${start}, ${symbols} ${forCount(needs.length, 'needs', 'need')} ${drawsInWords(Infinity)}: ${SAMPLING_FAILS}.`;
  }
  const counts = needs.map((need, k) => `${need.symbol}${k === 0 ? ' needs' : ''} ${countInWords(need)}`);
  return `${start}, ${counts.join(' and ')}.`;
}
