/** A shape in which null is a size that the network does not fix. */
export type OpenShape = readonly (number | null)[];

/** Whether every size is fixed. */
export const isClosed = (shape: OpenShape): shape is readonly number[] => shape.every((size) => size !== null);

/** One input of a network: `shape` is that of one example; a size is null where the network takes any. */
export interface NetworkInput {
  readonly name: string;
  readonly shape: OpenShape;
  /** The network looks these numbers up: integers from 0 to below this. Without it the input takes any numbers. */
  readonly vocabulary?: number;
}

type FixedInput = NetworkInput & { readonly shape: readonly number[] };

/** Whether the network itself fixes every size of every input, so that it can be lowered without data. */
export const haveFixedSizes = (inputs: readonly NetworkInput[]): inputs is readonly FixedInput[] =>
  inputs.every(({ shape }) => isClosed(shape));
