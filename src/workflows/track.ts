import type { Report } from '../results/report.js';
import { type TrackFinding, track } from '../findings/track.js';
import type { Track } from '../results/track.js';
import { AuditError } from '../errors.js';
import type { TrackOptions } from '../config/options.js';
import { audit } from './audit.js';
import { datasetBeside } from './dataset-beside.js';
import { openNetwork } from './front-ends.js';
import type { Listener } from './listener.js';
import { trackText } from '../report/sentences/track.js';

/**
 * Audits checkpoints of one network, given in the order of training, on the same inputs with the same draws.
 * @throws AuditError FA401, and whatever an audit throws; every model is opened before the first is audited
 */
export async function trackCheckpoints(
  models: readonly string[],
  data: string | null,
  options: TrackOptions,
  listener: Listener = {},
): Promise<Track> {
  if (models.length < 2) {
    throw new AuditError('FA401', {
      what: 'track: expected two checkpoints or more',
      fix: 'name the model files in the order of training',
    });
  }
  for (const model of models) await openNetwork(model, options.memory);
  const dataset = data ?? (await datasetBeside(models));
  const reports: Report[] = [];
  for (const model of models) {
    const done = reports.length;
    const report = await audit({ model, data: dataset }, options, {
      // Every checkpoint would repeat the same warnings.
      ...(done === 0 && listener.warning && { warning: listener.warning }),
      progress: (inputs, total) => listener.progress?.(done * total + inputs, models.length * total),
    });
    refuseOthers(reports[0], report);
    reports.push(report);
  }
  const [first, ...others] = reports as [Report, ...Report[]];
  return worded(track([first, ...others]), reports);
}

/** The findings with their sentences. The decisions are those of the checkpoints' audits. */
function worded(found: TrackFinding, reports: readonly Report[]): Track {
  const names = found.checkpoints.map(({ name }) => name);
  return {
    ...found,
    checkpoints: found.checkpoints.map((checkpoint, k) => ({ ...checkpoint, decision: decisionOf(reports[k]!) })),
    layers: found.layers.map((layer) => ({ ...layer, text: trackText(layer, names) })),
  };
}

const decisionOf = ({ answers }: Report): string => answers.find(({ question }) => question === 'decision')?.text ?? '';

/** @throws AuditError FA405 where a checkpoint is of another kind of network */
function refuseOthers(first: Report | undefined, report: Report): void {
  if (first === undefined) return;
  const [a, b] = [first.likelihood, report.likelihood];
  if (a.family === b.family && a.outputs === b.outputs && first.data.sha256 === report.data.sha256) return;
  throw new AuditError('FA405', {
    what: `${report.model.path} is not a checkpoint of the network in ${first.model.path}`,
    why: 'its likelihood, outputs or inputs differ',
    fix: 'track the checkpoints of one network, and set --likelihood if the network ends in no activation',
  });
}
