import { coverageOf, parametersOf } from '../figures/coverage.js';
import { forecast } from '../engine/plan/forecast.js';
import type { InspectedLayer, Inspection } from '../results/inspection.js';
import type { Plan } from '../engine/plan/types.js';
import { loadKernels } from '../kernels/backend.js';
import { calibrate } from '../kernels/calibrate.js';
import { type LoweredNetwork, allLayers, unsupportedLayers } from '../layers/lower.js';
import { allInputs } from '../load/keras/keras-inputs.js';
import type { Network } from '../load/keras/keras-model.js';
import { openNetwork } from '../load/open-model.js';
import type { AuditOptions } from '../config/options.js';
import { type Interpreted, interpret, isClosed, planFor } from './prepare.js';
import { leastRegular } from '../program/smoothness.js';

/** Looks at a model without reading data. @throws AuditError FA200 to FA206, FA301, FA501 */
export async function inspect(modelPath: string, options: AuditOptions): Promise<Inspection> {
  const network = await openNetwork(modelPath);
  const wanted = allInputs(network);
  if (unsupportedLayers(network).length > 0) {
    return unfinished(
      network,
      'the layers marked no are of kinds that are not supported yet, so this model cannot be audited',
    );
  }
  if (!isClosed(wanted)) {
    return unfinished(network, 'the model leaves input sizes open; only an audit with data can tell more');
  }
  const shapes = wanted.map(({ shape }) => shape);
  return finished(network, interpret(network, shapes, options), options);
}

function unfinished(network: Network, note: string): Inspection {
  const unsupported = new Set(unsupportedLayers(network).map(({ path }) => path));
  const layers = allLayers(network.graph)
    .filter(({ node }) => node.className !== 'InputLayer')
    .map(({ path, node }) => ({
      ...{ name: path, type: node.className, supported: !unsupported.has(path) },
      ...{ parameters: null, audited: null, applicability: null, kinks: [] },
    }));
  const model = { path: network.path, format: network.format, parameters: null };
  return { model, likelihood: null, layers, coverage: null, cost: null, note };
}

async function finished(network: Network, interpreted: Interpreted, options: AuditOptions): Promise<Inspection> {
  const { lowered, program, inferred } = interpreted;
  const kernels = await loadKernels(options.backend, options.precision);
  const inputs = options.inputs === 'all' ? 256 : options.inputs;
  const plan = planFor(interpreted, options, kernels, inputs);
  const empty = plan.groups.length === 0;
  return {
    model: {
      path: network.path,
      format: network.format,
      parameters: parametersOf(lowered.layers.flatMap(({ weights }) => weights)),
    },
    likelihood: { family: inferred.family, inferredFrom: inferred.inferredFrom },
    layers: lowered.layers.map((layer) => inspectedLayer(layer, plan)),
    coverage: coverageOf(lowered, plan),
    cost: empty ? null : { backend: kernels.name, inputs, ...forecast(program, plan, calibrate(kernels)) },
    note: empty ? 'nothing to audit: no trainable weights are left' : null,
  };
}

function inspectedLayer({ path, type, weights }: LoweredNetwork['layers'][number], plan: Plan): InspectedLayer {
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
  };
}
