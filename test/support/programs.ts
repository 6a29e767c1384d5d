import { float64 } from '../../src/kernels/float64.js';
import { type Shape, type Tensor, type Values, sizeOf } from '../../src/kernels/kernels.js';
import { cotangentsFrom } from '../../src/program/cotangent.js';
import { type Trace, evaluate, uploadConstants } from '../../src/program/evaluate.js';
import { type ScalarFunction, functions } from '../../src/program/primitives/arithmetic/functions.js';
import { outputJets } from '../../src/program/jet.js';
import type { ReduceMaxAttributes } from '../../src/program/primitives/selection/reduce-max.js';
import type { ElementwiseAttributes } from '../../src/program/primitives/arithmetic/elementwise.js';
import { primitiveOf } from '../../src/program/primitives/index.js';
import { oneHot } from '../../src/program/primitives/rules/tangents.js';
import { type Program, type Step, type ValueId, type Weight, stepsOf, valueOf } from '../../src/program/program.js';

/** A program with inputs to evaluate it at, in float64. */
export class Experiment {
  readonly program: Program;
  readonly inputs: readonly Values[];
  readonly rows: number;
  readonly #constants: Map<ValueId, Tensor>;

  constructor(program: Program, inputs: readonly Values[], rows: number) {
    this.program = program;
    this.inputs = inputs;
    this.rows = rows;
    this.#constants = uploadConstants(float64, program);
  }

  /** The trace, with other values for one weight where given. */
  trace(weight?: ValueId, values?: ArrayLike<number>): Trace {
    const constants = new Map(this.#constants);
    if (weight !== undefined && values) {
      constants.set(weight, float64.tensor(values, [1, ...valueOf(this.program, weight).shape]));
    }
    return evaluate(float64, this.program, constants, this.inputs, this.rows);
  }

  /** Outputs of all rows; those of a network that does not depend on its inputs are repeated. */
  outputs(weight?: ValueId, values?: ArrayLike<number>): Float64Array {
    const found = float64.read(this.trace(weight, values).primal(this.program.output));
    return Float64Array.from({ length: this.rows * this.width }, (_, k) => found[k % found.length]!);
  }

  get width(): number {
    return sizeOf(valueOf(this.program, this.program.output).shape);
  }

  /** J and S of the outputs along one direction for each element of a value: [direction][row·O + output]. */
  jets(start: ValueId): { first: Float64Array[]; second: Float64Array[] } {
    const size = sizeOf(valueOf(this.program, start).shape);
    const indices = Array.from({ length: size }, (_, k) => k);
    const { first, second } = outputJets(this.trace(), start, indices, 2);
    return { first: this.#byDirection(first, size), second: this.#byDirection(second, size) };
  }

  #byDirection(tensor: Tensor | null, size: number): Float64Array[] {
    const row = this.rows * this.width;
    if (!tensor) return Array.from({ length: size }, () => new Float64Array(row));
    const values = float64.read(tensor);
    const own = values.length / size;
    return Array.from({ length: size }, (_, d) =>
      Float64Array.from({ length: row }, (_, k) => values[d * own + (k % own)]!),
    );
  }

  /** J of the outputs from one reverse pass, laid out as that of `jets`. */
  reverse(start: ValueId): Float64Array[] {
    const outputs = Array.from({ length: this.width }, (_, output) => output);
    const seeds = oneHot(float64, outputs, this.width);
    const pulled = cotangentsFrom(this.trace(), seeds, [start]).get(start);
    const size = sizeOf(valueOf(this.program, start).shape);
    const values = pulled ? float64.read(pulled) : new Float64Array(this.width * this.rows * size);
    const at = (row: number, output: number, element: number): number =>
      values[(output * this.rows + row) * size + element]!;
    return Array.from({ length: size }, (_, element) =>
      Float64Array.from({ length: this.rows * this.width }, (_, k) =>
        at(Math.floor(k / this.width), k % this.width, element),
      ),
    );
  }

  /** The weight's value in the middle of a curve that moves one of its elements: t ↦ outputs. */
  curve(weight: ValueId, values: Weight['values'], element: number): (t: number) => Float64Array {
    return (t) => {
      const moved = Float64Array.from(values);
      moved[element] = moved[element]! + t;
      return this.outputs(weight, moved);
    };
  }

  /** How far the nearest kink of any step is, in its own argument. */
  kinkDistance(): number {
    const trace = this.trace();
    return Math.min(Infinity, ...stepsOf(this.program).map((step) => distanceOf(trace, step)));
  }

  /** A value for every row, row-major: [rows, …shape]. */
  valuesOf(id: ValueId): { values: Float64Array; shape: Shape } {
    const { shape } = valueOf(this.program, id);
    const found = float64.read(this.trace().primal(id));
    const values = Float64Array.from({ length: this.rows * sizeOf(shape) }, (_, k) => found[k % found.length]!);
    return { values, shape };
  }
}

function distanceOf(trace: Trace, step: Step): number {
  const all = step.arguments.map((_, position) => position);
  if (!primitiveOf(step.primitive).bend(step.attributes, all).kinked) return Infinity;
  const tensors = step.arguments.map((id) => trace.primal(id));
  if (step.primitive === 'elementwise') {
    const { function: name, parameter } = step.attributes as ElementwiseAttributes;
    const kinks = (functions[name] as ScalarFunction).kinks?.(parameter) ?? [];
    const values = Array.from(float64.read(tensors[0]!));
    return Math.min(Infinity, ...values.flatMap((x) => kinks.map((kink) => Math.abs(x - kink))));
  }
  if (step.primitive === 'reduceMax') return gapBelowLargest(tensors[0]!, step.attributes as ReduceMaxAttributes);
  if (step.primitive !== 'select') throw new Error(`the suite does not know where the kinks of ${step.primitive} are`);
  const [left, right] = tensors as [Tensor, Tensor];
  const gaps = float64.read(float64.add(left, float64.affine(right, -1, 0)));
  return Math.min(...Array.from(gaps, Math.abs));
}

/** From the largest to the next smaller element along the axis; an element that a window holds twice is no tie. */
function gapBelowLargest(tensor: Tensor, { axis }: ReduceMaxAttributes): number {
  const order = [...tensor.shape.keys()].filter((k) => k !== axis + 1);
  const rows = float64.read(float64.transpose(tensor, [...order, axis + 1]));
  const size = tensor.shape[axis + 1]!;
  const gaps = Array.from({ length: rows.length / size }, (_, row) => {
    const values = Array.from(rows.subarray(row * size, (row + 1) * size));
    const largest = Math.max(...values);
    return largest - Math.max(...values.filter((x) => x < largest));
  });
  return Math.min(...gaps);
}
