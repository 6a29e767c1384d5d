import type { Cost } from '../../program/cost.js';

/*
 * Work is counted in floating-point operations of a product; what runs at the speed of memory, or in JavaScript, counts
 * as many of them as fit into its time (wasm, one thread: about 20 GFLOP/s, 0.8 ns a pass over an element).
 */
const PER_PASS = 16;
const PER_VECTOR = 1e4;
const PER_OUTPUT = 500;
const PER_DRAW = 40;

/** Work of one walk over the program for one example. */
export const walkWork = ({ productFlops, passes }: Cost): number => productFlops + PER_PASS * passes;

/** Work of contracting the exact derivatives of one parameter at one input with its label distribution. */
export const contractionWork = (outputs: number, order: 1 | 2): number => order * (PER_VECTOR + PER_OUTPUT * outputs);

/** Work of adding up what the label draws gave for one parameter at one input. */
export const drawWork = (draws: number): number => PER_VECTOR / 10 + PER_DRAW * draws;
