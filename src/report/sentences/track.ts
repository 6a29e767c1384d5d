import { maxSamples } from '../../results/max-samples.js';
import { estimators } from '../../estimators/index.js';
import type { TrackedLayerFinding } from '../../findings/track.js';
import type { Track, TrackedPoint } from '../../results/track.js';
import { NO_BREAK, listed, plural, short } from '../../text/format-numbers.js';

/** What happened to a layer over training. */
export function trackText(layer: TrackedLayerFinding, checkpoints: readonly string[]): string {
  const { points, vanished, winner } = layer;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return 'The first or the last checkpoint does not have this layer.';
  const at = (place: number): string => checkpoints[place] ?? String(place);
  const moves = [
    moved('Mean information', [first.fisher.mean, last.fisher.mean], vanished.fisher, at),
    ...(['gradient', 'hessian'] as const).map((name) =>
      moved(
        `Standard deviation of one draw of ${estimators[name].symbol}`,
        [deviation(first, name), deviation(last, name)],
        vanished[name],
        at,
      ),
    ),
  ];
  return [recommended(winner, at), ...moves.filter((text) => text !== null)].join(' ');
}

const deviation = (point: TrackedPoint, name: 'gradient' | 'hessian'): number | null => {
  const { variance } = point.estimators[name];
  return variance === null ? null : Math.sqrt(variance);
};

/** A quantity at the first and the last checkpoint; null where it does not exist or is zero at both. */
function moved(
  name: string,
  [before, after]: readonly [number | null, number | null],
  since: number | null,
  at: (place: number) => string,
): string | null {
  if (before === null || after === null || (before === 0 && after === 0)) return null;
  const vanished = since === null ? '' : ` (below a tenth of the first value since ${at(since)})`;
  return `${name}: ${short(before)} → ${short(after)}${vanished}.`;
}

function recommended(
  { estimator, since, changes }: TrackedLayerFinding['winner'],
  at: (place: number) => string,
): string {
  if (estimator === null || since === null) return 'The last checkpoint has no recommendation.';
  const which =
    estimator === 'either' ? 'Either estimator can be used' : `${estimators[estimator].symbol} is recommended`;
  return since === 0
    ? `${which} at every checkpoint.`
    : `${which} since ${at(since)}, after ${plural(changes, 'change')}.`;
}

/** How far the empirical Fisher is from the Fisher information, at first and at last; null without --labels. */
export function trackContrast({ layers }: Track): string | null {
  const ratios = layers.flatMap(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)].map((point) => (point ? ratioOf(point) : null));
    return first == null || last == null ? [] : [`${short(first)} → ${short(last)} in ${name}`];
  });
  if (ratios.length === 0) return null;
  return (
    "Contrast: the empirical Fisher of the data's own labels is another quantity, not an estimate of the Fisher information. " +
    `Ratio of its trace to that of the Fisher information, at the first and the last checkpoint: ${listed(ratios, 8)}.`
  );
}

const ratioOf = ({ empirical, fisher }: TrackedPoint): number | null =>
  empirical === null || fisher.trace === 0 ? null : empirical.trace / fisher.trace;

/** The first and the last checkpoint. */
export const span = ({ checkpoints }: Track): string =>
  `${checkpoints[0]?.name ?? ''} … ${checkpoints.at(-1)?.name ?? ''}`;

/** What was tracked, in one line. */
export const trackHeadline = (track: Track): string =>
  `${plural(track.checkpoints.length, 'checkpoint')} (${span(track)}) · ${track.likelihood.family} · ${plural(track.data.inputs, 'input')} · ` +
  `errors at ${plural(maxSamples(track.run), 'draw')} · seed${NO_BREAK}${track.run.seed}`;

/** The last line. */
export const trackLine = ({ layers, checkpoints, verdict }: Track): string =>
  `${plural(layers.length, 'layer')} at ${plural(checkpoints.length, 'checkpoint')}: ${verdict.outcome}`;
