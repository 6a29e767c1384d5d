import { type Shape, type Values, broadcastShape, sizeOf } from '../kernels/kernels.js';
import type { TakeAttributes } from './primitives/arrangement/take.js';
import type { FunctionName } from './primitives/arithmetic/functions.js';
import { type AttributesOf, type PrimitiveName, primitiveOf } from './primitives/index.js';
import type { Origin, Program, Value, ValueId, Weight } from './program.js';

/** An activation at the end of a network that belongs to the likelihood and not to h. */
export interface Head {
  readonly activation: string;
  readonly layer: string;
  /** Its argument; null where something else, such as a reshape or a merge, comes after it. */
  readonly argument: ValueId | null;
}

/** Largest number of values in a program; a recurrent layer over ten thousand steps has fewer. */
const MAX_VALUES = 2 ** 18;

/** Largest number of elements in one value of one example: 1 GB. The plan bounds what all values take together. */
const MAX_ELEMENTS = 2 ** 28;

/** Largest number of rows in all index lists of `take`, which a program holds in memory: 1 GB. */
const MAX_ROWS = 2 ** 28;

/** Builds a program, one value at a time. Layers use it to lower themselves. */
export class Builder {
  readonly #values: Value[] = [];
  readonly #inputs: ValueId[] = [];
  readonly #weights = new Map<string, ValueId>();
  readonly #heads = new Map<ValueId, Head>();
  #rows = 0;
  /** Path of the layer that is being lowered. */
  layer = '';

  shape(id: ValueId): Shape {
    return this.#values[id]!.shape;
  }

  input(shape: Shape): ValueId {
    const id = this.#push(shape, true, { kind: 'input', index: this.#inputs.length });
    this.#inputs.push(id);
    return id;
  }

  constant(values: Values, shape: Shape): ValueId {
    return this.#push(shape, false, { kind: 'constant', values });
  }

  /** The value of a weight: the same one at each use of the layer. */
  weight(weight: Weight): ValueId {
    const known = this.#weights.get(weight.name);
    if (known !== undefined) return known;
    const id = this.#push(weight.shape, false, { kind: 'weight', weight });
    this.#weights.set(weight.name, id);
    return id;
  }

  apply<Name extends PrimitiveName>(
    primitive: Name,
    attributes: AttributesOf<Name>,
    args: readonly ValueId[],
    label: string = primitive,
  ): ValueId {
    this.#countRows(attributes);
    const values = args.map((id) => this.#values[id]!);
    const shape = primitiveOf(primitive).shape(
      attributes,
      values.map((value) => value.shape),
    );
    const result = this.#values.length;
    const step = { primitive, attributes, arguments: args, result, layer: this.layer, label };
    return this.#push(
      shape,
      values.some((value) => value.batched),
      { kind: 'step', step },
    );
  }

  /** Each layer alone may list many rows, and a file may have many layers. */
  #countRows(attributes: object): void {
    this.#rows += 'rows' in attributes ? (attributes as TakeAttributes).rows.length : 0;
    if (this.#rows > MAX_ROWS) throw new RangeError(`all windows together cover more than ${MAX_ROWS} positions`);
  }

  add(left: ValueId, right: ValueId): ValueId {
    return this.apply('add', {}, this.#equalRank(left, right));
  }

  subtract(left: ValueId, right: ValueId): ValueId {
    return this.add(left, this.affine(right, -1, 0));
  }

  multiply(left: ValueId, right: ValueId): ValueId {
    return this.apply('multiply', {}, this.#equalRank(left, right));
  }

  affine(value: ValueId, factor: number, offset: number): ValueId {
    return factor === 1 && offset === 0 ? value : this.apply('affine', { factor, offset }, [value]);
  }

  matMul(value: ValueId, kernel: ValueId): ValueId {
    return this.apply('matMul', {}, [value, kernel]);
  }

  reshape(value: ValueId, shape: Shape): ValueId {
    return this.apply('reshape', { shape }, [value]);
  }

  /** `size` consecutive positions along one axis. */
  slice(value: ValueId, axis: number, begin: number, size: number): ValueId {
    return size === this.shape(value)[axis] ? value : this.apply('slice', { axis, begin, size }, [value]);
  }

  /** Values one after another along one axis. */
  concat(values: readonly ValueId[], axis: number): ValueId {
    return values.length === 1 ? values[0]! : this.apply('concat', { axis }, values);
  }

  mean(value: ValueId, axes: readonly number[]): ValueId {
    const shape = this.shape(value);
    const count = sizeOf(axes.map((axis) => shape[axis]!));
    return this.affine(this.apply('reduceSum', { axes }, [value]), 1 / count, 0);
  }

  map(value: ValueId, name: FunctionName, parameter = 0, label: string = name): ValueId {
    return this.apply('elementwise', { function: name, parameter }, [value], label);
  }

  /** Records that `result` is `activation` of `argument`, so that the likelihood can replace it at the end of the network. */
  markHead(result: ValueId, activation: string, argument: ValueId): ValueId {
    this.#heads.set(result, { activation, argument, layer: this.layer });
    return result;
  }

  /** The activation that a value ends in, also behind steps that keep activations; null where there is none. */
  head(id: ValueId): Head | null {
    const known = this.#heads.get(id);
    if (known) return known;
    const seen = new Set([id]);
    for (const reached of seen) {
      const inner = this.#heads.get(reached) ?? this.#activation(reached);
      if (inner) return { activation: inner.activation, layer: inner.layer, argument: null };
      this.#kept(reached).forEach((argument) => seen.add(argument));
    }
    return null;
  }

  /** Values whose activations a step keeps. */
  #kept(id: ValueId): readonly ValueId[] {
    const { origin } = this.#values[id]!;
    if (origin.kind !== 'step') return [];
    return primitiveOf(origin.step.primitive).keepsActivation ? origin.step.arguments : [];
  }

  /** The activation of a step; null if the step is linear in its first argument. */
  #activation(id: ValueId): Pick<Head, 'activation' | 'layer'> | null {
    const { origin } = this.#values[id]!;
    if (origin.kind !== 'step') return null;
    const { primitive, attributes, label, layer } = origin.step;
    const { curved, kinked } = primitiveOf(primitive).bend(attributes, [0]);
    return curved || kinked ? { activation: label, layer } : null;
  }

  /** The inputs, by position, whose numbers a value rearranges; null where it holds other numbers. */
  inputsRearranged(id: ValueId): readonly number[] | null {
    const inputs: number[] = [];
    const seen = new Set([id]);
    for (const reached of seen) {
      const { origin } = this.#values[reached]!;
      if (origin.kind === 'input') inputs.push(origin.index);
      else if (origin.kind === 'step' && primitiveOf(origin.step.primitive).rearranges)
        origin.step.arguments.forEach((argument) => seen.add(argument));
      else return null;
    }
    return inputs;
  }

  finish(output: ValueId): Program {
    return { values: this.#values, inputs: this.#inputs, output };
  }

  /** Adds axes of size 1 in front of the value of lower rank, as broadcasting would; primitives require equal ranks. */
  #equalRank(left: ValueId, right: ValueId): [ValueId, ValueId] {
    const rank = broadcastShape(this.shape(left), this.shape(right)).length;
    const raise = (id: ValueId): ValueId => {
      const missing = rank - this.shape(id).length;
      return missing === 0 ? id : this.reshape(id, [...new Array<number>(missing).fill(1), ...this.shape(id)]);
    };
    return [raise(left), raise(right)];
  }

  #push(shape: Shape, batched: boolean, origin: Origin): ValueId {
    if (!shape.every((size) => Number.isInteger(size) && size > 0))
      throw new RangeError(`a value of shape [${shape}] is empty`);
    if (this.#values.length >= MAX_VALUES) throw new RangeError(`more than ${MAX_VALUES} operations`);
    if (sizeOf(shape) > MAX_ELEMENTS)
      throw new RangeError(`a value of shape [${shape}] has more than ${MAX_ELEMENTS} numbers`);
    return this.#values.push({ shape, batched, origin }) - 1;
  }
}
