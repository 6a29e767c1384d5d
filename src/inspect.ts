import { coverageOf } from './audit/coverage.js';
import { forecast } from './audit/forecast.js';
import type { InspectedLayer, Inspection } from './audit/inspection.js';
import { type Plan, makePlan } from './audit/plan.js';
import { loadKernels } from './kernels/backend.js';
import { calibrate } from './kernels/calibrate.js';
import { type LoweredNetwork, allLayers, lower, unsupportedLayers } from './layers/lower.js';
import { likelihoods } from './likelihoods/index.js';
import { inferLikelihood } from './likelihoods/infer.js';
import { allInputs } from './load/network-inputs.js';
import type { Network } from './load/network.js';
import { openNetwork } from './load/open-network.js';
import type { AuditOptions } from './options.js';
import { valueOf } from './program/program.js';

/** Looks at a model without reading data. @throws AuditError FA200 to FA206, FA301 */
export async function inspect(modelPath: string, options: AuditOptions): Promise<Inspection> {
  const network = await openNetwork(modelPath);
  const shapes = allInputs(network).map(({ shape }) => shape);
  if (unsupportedLayers(network).length > 0)
    return unfinished(
      network,
      'the layers marked no are of kinds that are not supported yet, so this model cannot be audited',
    );
  if (!shapes.every((shape) => shape.every((size) => size !== null))) {
    return unfinished(network, 'the model leaves input sizes open; only an audit with data can tell more');
  }
  const lowered = lower(network, shapes);
  return finished(network, lowered, options);
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

async function finished(network: Network, lowered: LoweredNetwork, options: AuditOptions): Promise<Inspection> {
  const { head, build, output } = lowered;
  const { family, inferredFrom, peeled } = inferLikelihood(head, options.likelihood);
  const program = build.finish(peeled ? (head?.argument ?? output) : output);
  const kernels = await loadKernels(options.backend, options.precision);
  const { bytesPerElement } = kernels;
  const plan = makePlan(program, {
    ...options,
    skipped: options.skipLayer,
    bytesPerElement,
    batchSize: options.batchSize ?? null,
    drawsPerInput: (options.samples.at(-1) ?? 1) * likelihoods[family].blocks(valueOf(program, program.output).shape),
  });
  const inputs = options.inputs === 'all' ? 256 : options.inputs;
  const run = { inputs, samples: options.samples.length, bytesPerElement };
  const layers = lowered.layers.map((layer) => inspectedLayer(layer, plan));
  const parameters = layers.reduce((sum, layer) => sum + (layer.parameters ?? 0), 0);
  return {
    model: { path: network.path, format: network.format, parameters },
    likelihood: { family, inferredFrom },
    layers,
    coverage: coverageOf(lowered, plan),
    cost:
      plan.groups.length === 0
        ? null
        : { backend: kernels.name, inputs, ...forecast(program, plan, calibrate(kernels), run) },
    note: plan.groups.length === 0 ? 'nothing to audit: no trainable weights are left' : null,
  };
}

function inspectedLayer({ path, type, weights }: LoweredNetwork['layers'][number], plan: Plan): InspectedLayer {
  const planned = plan.groups.flatMap((group) => group.weights).filter(({ weight }) => weight.layer === path);
  const statuses = planned.map(({ smoothness }) => smoothness.status);
  const applicability = (['kinked', 'smooth', 'linear'] as const).find((status) => statuses.includes(status)) ?? null;
  return {
    name: path,
    type,
    supported: true,
    parameters: weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
    audited: planned.reduce((sum, { audited }) => sum + audited, 0),
    applicability,
    kinks: [...new Set(planned.flatMap(({ smoothness }) => smoothness.kinks))],
  };
}
