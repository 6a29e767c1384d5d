import type { LayersModel } from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import { routeOf, usesOf } from '../../../src/engine/plan/parameter-routes.js';
import type { Route } from '../../../src/engine/plan/types.js';
import type { Shape, Values } from '../../../src/kernels/kernels.js';
import type { LoweredNetwork } from '../../../src/network/network.js';
import { type ValueId, weightsOf } from '../../../src/program/program.js';
import { smoothnessFrom } from '../../../src/program/smoothness.js';
import { LARGEST_STEP, refute } from '../differences.js';
import { EPSILON_32, EPSILON_64, distance, largest } from '../numbers.js';
import { Experiment } from '../programs.js';
import type { Random } from '../random.js';
import { inFolder, load, predict, randomise, save } from './tfjs-models.js';

export const ROWS = 3;
/** Roundings on the way through these small networks, each relative to the largest number. */
const ROUNDINGS = 64;

export const experimentOf = ({ build, output }: LoweredNetwork, inputs: readonly Values[]): Experiment =>
  new Experiment(build.finish(output), inputs, ROWS);

/** A tfjs model, saved and loaded: its outputs must be those of tfjs, its derivatives those that differences show. */
export async function checkNetwork(network: LayersModel, shapes: readonly Shape[], random: Random): Promise<void> {
  const [experiment, inputs] = await away(network, shapes, random);
  const outputs = experiment.outputs();
  const largestNumber = Math.max(1, ...inputs.map(largest), largest(outputs));
  const gap = distance(outputs, predict(network, shapes, inputs, ROWS));
  expect(gap, 'outputs').toBeLessThanOrEqual(ROUNDINGS * EPSILON_32 * largestNumber);
  checkWeights(experiment);
}

/** A model with random weights and inputs for which no kink is near, so that central differences make sense. */
async function away(
  network: LayersModel,
  shapes: readonly Shape[],
  random: Random,
): Promise<[Experiment, Float32Array[]]> {
  for (let attempt = 0; attempt < 100; attempt++) {
    randomise(network, random);
    const lowered = await inFolder(async (folder) => {
      await save(network, folder);
      return load(folder, shapes);
    });
    const inputs = shapes.map((shape, k) => inputOf([ROWS, ...shape], lowered.vocabularies.get(k), random));
    const experiment = experimentOf(lowered, inputs);
    // Weights move by a step at most, values by that times the largest factor on the way.
    if (experiment.kinkDistance() > 3 * LARGEST_STEP) return [experiment, inputs];
  }
  throw new Error('kinks everywhere');
}

/** Numbers of either sign, or the integers that the network looks up. */
function inputOf(shape: Shape, below: number | undefined, random: Random): Float32Array {
  const values = random.values(shape, -2, 2);
  return below === undefined ? values : values.map(() => random.integer(below));
}

/** J and S of every weight against central differences, and every other way to them against those. */
export function checkWeights(experiment: Experiment): void {
  const { program } = experiment;
  for (const { id, weight } of weightsOf(program)) {
    const { first, second } = experiment.jets(id);
    const { curved } = smoothnessFrom(program, id);
    if (!curved) expect(largest(second.flatMap((s) => [...s])), `${weight.name}: S`).toBe(0);
    first.forEach((j, element) => {
      const claim = { first: j, second: second[element]! };
      expect(refute(experiment.curve(id, weight.values, element), claim), `${weight.name}[${element}]`).toBeNull();
    });
    checkReverse(experiment, id, first, weight.name);
    checkRoute(experiment, routeOf(program, usesOf(program), id), { first, second }, weight.name);
  }
}

/** The reverse pass must find the first derivatives that the forward one does. */
function checkReverse(experiment: Experiment, id: ValueId, first: readonly Float64Array[], name: string): void {
  experiment.reverse(id).forEach((pulled, element) => {
    const pushed = first[element]!;
    const tolerance = ROUNDINGS * EPSILON_64 * Math.max(1, largest(pushed));
    expect(distance(pulled, pushed), `${name}[${element}], reverse pass`).toBeLessThanOrEqual(tolerance);
  });
}

/** Derivatives from those of the route's units times factors must be those along the weight itself. */
function checkRoute(experiment: Experiment, route: Route, direct: ReturnType<Experiment['jets']>, name: string): void {
  const units = experiment.jets(route.start);
  const factors = route.factor === null ? null : experiment.valuesOf(route.factor).values;
  const count = units.first.length;
  const perRow = factors ? factors.length / experiment.rows : 0;
  direct.first.forEach((_, element) => {
    const unit = route.kind === 'outer' ? element % count : element;
    const factor = route.kind === 'outer' ? Math.floor(element / count) : element;
    const derive = (part: Float64Array, power: number): Float64Array =>
      part.map((x, k) => x * (factors?.[Math.floor(k / experiment.width) * perRow + factor] ?? 1) ** power);
    for (const [which, power] of [
      ['first', 1],
      ['second', 2],
    ] as const) {
      const derived = derive(units[which][unit]!, power);
      const tolerance = ROUNDINGS * EPSILON_64 * Math.max(1, largest(derived));
      expect(distance(derived, direct[which][element]!), `${name}[${element}], ${which}`).toBeLessThanOrEqual(
        tolerance,
      );
    }
  });
}
