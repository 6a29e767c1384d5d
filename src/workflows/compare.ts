import { type Baseline, baselineOf } from '../results/baseline.js';
import { type ComparisonFinding, type LayerFinding, type Side, compare } from '../findings/compare/compare.js';
import type { CompareOptions } from '../config/compare-options.js';
import type { Comparison } from '../results/comparison.js';
import { refuseIncomparable } from '../findings/compare/incomparable.js';
import { audit } from './audit.js';
import { datasetBeside } from './dataset-beside.js';
import type { Listener } from './listener.js';
import { changeCheckText, comparisonText } from '../report/sentences/comparison.js';
import { wordedVerdict } from '../report/sentences/verdict.js';
import { readFigures } from './saved-results.js';

/** Two networks, each a model, a saved report or a baseline. */
export interface Sides {
  readonly base: string;
  readonly head: string;
  /** Data set for models; null: the one beside the base, or else beside the head. */
  readonly data: string | null;
}

/**
 * What changed from one network to another. Models are audited on the same inputs with the same draws.
 * @throws AuditError FA404, FA405, and whatever an audit throws
 */
export async function compareNetworks(
  { base, head, data }: Sides,
  options: CompareOptions,
  listener: Listener = {},
): Promise<Comparison> {
  const saved = [await readFigures(base), await readFigures(head)] as const;
  const dataset = data ?? (await datasetBeside([base, head]));
  const figures = async (path: string, known: Baseline | null): Promise<Side> => {
    if (known !== null) return { figures: known, sampled: new Map() };
    let sampled: Side['sampled'] = new Map();
    const report = await audit(
      { model: path, data: dataset },
      { ...options, labels: false },
      { ...listener, sampled: (values) => void (sampled = values) },
    );
    return { figures: baselineOf(report), sampled };
  };
  const before = await figures(base, saved[0]);
  const after = await figures(head, saved[1]);
  refuseIncomparable(base, before.figures, after.figures);
  return worded(compare(before, after, options));
}

/** The comparison with its sentences. Each check uses the sentence of its layer. */
function worded({ layers, verdict, ...comparison }: ComparisonFinding): Comparison {
  const text = ({ moves, ...layer }: LayerFinding) => ({ ...layer, text: comparisonText({ moves, ...layer }) });
  const sentences = layers.map(text);
  const textOf = (name: string | null): string => {
    const layer = sentences.find((one) => one.name === name);
    return layer === undefined ? '' : changeCheckText(layer);
  };
  return {
    ...comparison,
    layers: sentences,
    verdict: wordedVerdict(verdict, ({ layer }) => textOf(layer)),
  };
}
