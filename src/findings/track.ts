import { estimators } from '../estimators/index.js';
import { plural, short } from '../text/format-numbers.js';
import type { EstimatorReport, LayerReport, Report } from '../results/report.js';
import type { Track, TrackedLayer, TrackedPoint } from '../results/track.js';

/** What has fallen below this share of its first value has vanished: an order of magnitude. */
const VANISHED = 0.1;

/** Audits of checkpoints, in the order of training, put together layer by layer. */
export function track(reports: readonly [Report, ...Report[]]): Track {
  const last = reports.at(-1) as Report;
  const { tool, data, likelihood, run, conventions } = last;
  const names = namesOf(reports.map(({ model }) => model.path));
  const complete = reports.every(({ verdict }) => verdict.outcome === 'pass');
  return {
    schemaVersion: 1,
    kind: 'track',
    ...{ tool, data, likelihood },
    run: { ...run, seconds: reports.reduce((sum, report) => sum + report.run.seconds, 0) },
    conventions,
    checkpoints: reports.map(({ model, answers }, k) => ({
      name: names[k] ?? model.path,
      path: model.path,
      sha256: model.sha256,
      decision: answers.find(({ question }) => question === 'decision')?.text ?? '',
    })),
    layers: layerNames(reports).map((name) => trackLayer(name, reports, names)),
    verdict: { passed: complete, outcome: complete ? 'pass' : 'incomplete', checks: [], failures: [] },
  };
}

/** Layers of the last checkpoint in its order, then those that only earlier ones have. */
const layerNames = (reports: readonly Report[]): string[] => [
  ...new Set([...reports].reverse().flatMap(({ layers }) => layers.map(({ name }) => name))),
];

function trackLayer(name: string, reports: readonly Report[], checkpoints: readonly string[]): TrackedLayer {
  const own = reports.map(({ layers }) => layers.find((layer) => layer.name === name) ?? null);
  const points = own.map((layer) => layer && pointOf(layer));
  const newest = own.findLast((layer) => layer !== null);
  const deviation = (estimator: 'gradient' | 'hessian') => (point: TrackedPoint) => {
    const { variance } = point.estimators[estimator];
    return variance === null ? null : Math.sqrt(variance);
  };
  const vanished = {
    fisher: vanishedSince(points, ({ fisher }) => fisher.mean),
    gradient: vanishedSince(points, deviation('gradient')),
    hessian: vanishedSince(points, deviation('hessian')),
  };
  const winner = winnerOf(points);
  return {
    name,
    type: newest?.type ?? '',
    parameters: newest?.parameters.total ?? 0,
    points,
    vanished,
    winner,
    text: wordsFor({ points, vanished, winner }, checkpoints),
  };
}

const figuresOf = ({ variance, bounds, samplesForTarget, runs }: EstimatorReport) => ({
  ...{ variance, bounds, relativeError: runs.at(-1)?.relativeError ?? null, samplesForTarget },
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

/** The first place from which on a condition holds up to the end; null where it does not hold there. */
function holdsSince(count: number, holds: (place: number) => boolean): number | null {
  let since: number | null = null;
  for (let place = count - 1; place >= 0 && holds(place); place--) since = place;
  return since;
}

/** Where a quantity has fallen to a tenth of its first value for good; what was zero at first cannot vanish. */
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

/** What happened to a layer over training. */
function wordsFor(
  { points, vanished, winner }: Pick<TrackedLayer, 'points' | 'vanished' | 'winner'>,
  checkpoints: readonly string[],
): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return 'it is not in every checkpoint';
  const at = (place: number): string => checkpoints[place] ?? String(place);
  const quantities = [
    ['mean information', first.fisher.mean, last.fisher.mean, vanished.fisher],
    ...(['gradient', 'hessian'] as const).map(
      (name) =>
        [
          `deviation of a draw of ${estimators[name].symbol}`,
          root(first.estimators[name].variance),
          root(last.estimators[name].variance),
          vanished[name],
        ] as const,
    ),
  ] as const;
  const moves = quantities.flatMap(([name, before, after, since]) => {
    if (before === null || after === null || (before === 0 && after === 0)) return [];
    const gone = since === null ? '' : ` (below a tenth from ${at(since)} on)`;
    return [`${name} ${short(before)} → ${short(after)}${gone}`];
  });
  return [useOf(winner, at), ...moves].join('; ');
}

const root = (variance: number | null): number | null => (variance === null ? null : Math.sqrt(variance));

function useOf({ estimator, since, changes }: TrackedLayer['winner'], at: (place: number) => string): string {
  if (estimator === null || since === null) return 'no recommendation at the end';
  const symbol = estimators[estimator === 'hessian' ? 'hessian' : 'gradient'].symbol;
  const which = estimator === 'either' ? 'either estimator will do' : `${symbol} is recommended`;
  return since === 0
    ? `${which} at every checkpoint`
    : `${which} from ${at(since)} on, after ${plural(changes, 'change')}`;
}

/** What tells paths from one another: their folders and names without what all have in common. */
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
