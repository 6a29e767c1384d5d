import type { InspectOptions } from '../config/options.js';
import { forecast } from '../engine/plan/forecast.js';
import { coverageOf, parametersOf } from '../figures/coverage.js';
import { loadKernels } from '../kernels/backend.js';
import { calibrate } from '../kernels/calibrate.js';
import { type LoweredLayer, type Network, unsupportedLayers } from '../network/network.js';
import type { InspectedLayer, Inspection } from '../results/inspection.js';
import type { Plan } from '../engine/plan/types.js';
import { likelihoodSource } from '../report/sentences/audit-lines.js';
import { type InspectionNote, inspectionNotes } from '../report/sentences/notes.js';
import { leastRegular } from '../program/smoothness.js';
import { openNetwork } from './front-ends.js';
import { refuseUnknownLayers } from './stages/load.js';
import { type AuditableNetwork, lowerNetwork } from './stages/lower.js';
import { planAudit } from './stages/plan.js';

/** Inputs of a forecast where --inputs says all: nothing is read that would count them. */
const FORECAST_INPUTS = 256;

/** Looks at a model without reading data. @throws AuditError FA200 to FA206, FA301, FA401, FA501 */
export async function inspect(model: string, options: InspectOptions): Promise<Inspection> {
  const network = await openNetwork(model, options.memory);
  refuseUnknownLayers(network, options.skipLayer);
  if (unsupportedLayers(network).length > 0) return unfinished(network, 'unsupported-layers');
  const lowered = lowerNetwork(network, options.likelihood);
  if (lowered === null) return unfinished(network, 'unknown-input-sizes');
  return finished(network, lowered, options);
}

const unfinished = ({ path, format, layers }: Network, note: InspectionNote): Inspection => ({
  model: { path, format, parameters: null },
  likelihood: null,
  layers: layers.map((layer) => ({
    name: layer.path,
    type: layer.type,
    supported: layer.supported,
    parameters: null,
    audited: null,
    applicability: null,
    kinks: [],
    hessianApplies: null,
  })),
  coverage: null,
  cost: null,
  note: inspectionNotes[note],
});

async function finished(
  { path, format }: Network,
  lowered: AuditableNetwork,
  options: InspectOptions,
): Promise<Inspection> {
  const { layers, program, likelihood } = lowered;
  const kernels = await loadKernels(options.backend, options.precision);
  const inputs = options.inputs === 'all' ? FORECAST_INPUTS : options.inputs;
  // Which parameters a subset holds makes no difference here, only how many.
  const plan = planAudit(lowered, inputs, kernels, { ...options, seed: 0 });
  const empty = plan.groups.length === 0;
  return {
    model: { path, format, parameters: parametersOf(layers.flatMap(({ weights }) => weights)) },
    likelihood: { family: likelihood.family, inferredFrom: likelihoodSource(likelihood) },
    layers: layers.map((layer) => inspectedLayer(layer, plan)),
    coverage: coverageOf(lowered, plan),
    cost: empty ? null : { backend: kernels.name, inputs, ...forecast(program, plan, calibrate(kernels)) },
    note: empty ? inspectionNotes['nothing-to-audit'] : null,
  };
}

function inspectedLayer({ path, type, weights }: LoweredLayer, plan: Plan): InspectedLayer {
  const planned = plan.groups.flatMap((group) => group.weights).filter(({ weight }) => weight.layer === path);
  const { status, kinks } = leastRegular(planned.map(({ smoothness }) => smoothness));
  return {
    name: path,
    type,
    supported: true,
    parameters: parametersOf(weights),
    audited: planned.reduce((sum, { audited }) => sum + audited, 0),
    applicability: planned.length === 0 ? null : status,
    kinks,
    hessianApplies: planned.length === 0 ? null : planned.every(({ hessianApplies }) => hessianApplies),
  };
}
