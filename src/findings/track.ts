import type { EstimatorReport, LayerReport, Report } from '../results/report.js';
import type { Track, TrackedLayer, TrackedPoint } from '../results/track.js';

/** A quantity has vanished when it is below this share of its first value: an order of magnitude. */
const VANISHED = 0.1;

/** A layer over training, without its sentence. */
export type TrackedLayerFinding = Omit<TrackedLayer, 'text'>;

/** A checkpoint without the decision about it. */
type CheckpointFinding = Omit<Track['checkpoints'][number], 'decision'>;

/** Checkpoints over training, without the sentences about checkpoints and layers. */
export type TrackFinding = Omit<Track, 'layers' | 'checkpoints'> & {
  readonly checkpoints: CheckpointFinding[];
  readonly layers: TrackedLayerFinding[];
};

/** Combines audits of checkpoints, given in the order of training, layer by layer. */
export function track(reports: readonly [Report, ...Report[]]): TrackFinding {
  const last = reports.at(-1)!;
  const names = namesOf(reports.map(({ model }) => model.path));
  const complete = reports.every(({ verdict }) => verdict.outcome === 'pass');
  return {
    schemaVersion: 1,
    kind: 'track',
    tool: last.tool,
    data: last.data,
    likelihood: last.likelihood,
    run: { ...last.run, seconds: reports.reduce((sum, report) => sum + report.run.seconds, 0) },
    conventions: last.conventions,
    checkpoints: reports.map(({ model }, k) => ({
      name: names[k] ?? model.path,
      path: model.path,
      sha256: model.sha256,
    })),
    layers: layerNames(reports).map((name) => trackLayer(name, reports)),
    verdict: { passed: complete, outcome: complete ? 'pass' : 'incomplete', checks: [], failures: [] },
  };
}

/** Layers of the last checkpoint in its order, then layers that only earlier checkpoints have. */
const layerNames = (reports: readonly Report[]): string[] => [
  ...new Set([...reports].reverse().flatMap(({ layers }) => layers.map(({ name }) => name))),
];

function trackLayer(name: string, reports: readonly Report[]): TrackedLayerFinding {
  const own = reports.map(({ layers }) => layers.find((layer) => layer.name === name) ?? null);
  const points = own.map((layer) => layer && pointOf(layer));
  const newest = own.findLast((layer) => layer !== null);
  const deviation = (estimator: 'gradient' | 'hessian') => (point: TrackedPoint) => {
    const { variance } = point.estimators[estimator];
    return variance === null ? null : Math.sqrt(variance);
  };
  return {
    name,
    type: newest?.type ?? '',
    parameters: newest?.parameters.total ?? 0,
    points,
    vanished: {
      fisher: vanishedSince(points, ({ fisher }) => fisher.mean),
      gradient: vanishedSince(points, deviation('gradient')),
      hessian: vanishedSince(points, deviation('hessian')),
    },
    winner: winnerOf(points),
  };
}

const figuresOf = ({ variance, bounds, samplesForTarget, runs }: EstimatorReport) => ({
  variance,
  bounds,
  relativeError: runs.at(-1)?.relativeError ?? null,
  samplesForTarget,
});

const pointOf = ({ fisher, estimators: own, recommendation, samplingError, empirical }: LayerReport): TrackedPoint => ({
  fisher: { trace: fisher.trace, mean: fisher.mean },
  estimators: { gradient: figuresOf(own.gradient), hessian: figuresOf(own.hessian) },
  recommended: recommendation.estimator,
  reason: recommendation.reason,
  samplingError,
  empirical: empirical && { trace: empirical.trace, mean: empirical.mean },
});

type Points = TrackedLayer['points'];

/** The first place from which a condition holds up to the end; null where it does not hold at the end. */
function holdsSince(count: number, holds: (place: number) => boolean): number | null {
  let since: number | null = null;
  for (let place = count - 1; place >= 0 && holds(place); place--) since = place;
  return since;
}

/** The place from which a quantity stays below a tenth of its first value; a quantity that was zero cannot vanish. */
function vanishedSince(points: Points, quantity: (point: TrackedPoint) => number | null): number | null {
  const first = points[0] ? (quantity(points[0]) ?? 0) : 0;
  if (first === 0) return null;
  return holdsSince(points.length, (place) => {
    const point = points[place];
    const value = point ? quantity(point) : null;
    return value !== null && value < VANISHED * first;
  });
}

function winnerOf(points: Points): TrackedLayer['winner'] {
  const recommended = points.map((point) => point?.recommended ?? null);
  const last = recommended.at(-1) ?? null;
  return {
    estimator: last,
    since: last === null ? null : holdsSince(points.length, (place) => recommended[place] === last),
    changes: recommended.filter((name, place) => place > 0 && name !== recommended[place - 1]).length,
  };
}

/** Short names of paths: their folders and file names without what all of them have in common. */
function namesOf(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[\\/]/));
  const shortest = Math.min(...parts.map((own) => own.length));
  const alike = (place: (own: readonly string[]) => string | undefined): boolean =>
    new Set(parts.map(place)).size === 1;
  let [head, tail] = [0, 0];
  while (head < shortest - 1 && alike((own) => own[head])) head++;
  while (tail < shortest - head - 1 && alike((own) => own.at(-1 - tail))) tail++;
  return parts.map((own) => own.slice(head, own.length - tail).join('/'));
}
