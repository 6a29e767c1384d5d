import { type Liveness, livenessOf } from '../../program/liveness.js';
import type { Program } from '../../program/program.js';
import type { Group, PlannedWeight } from './types.js';

/** The parts of a group that decide what is read after an evaluation. */
interface Reader extends Pick<Group, 'start'> {
  readonly weights: readonly Pick<PlannedWeight, 'route'>[];
}

/** What an evaluation must hold for an audit of these groups: what derivatives read, and the factors of routes. */
export const heldFor = (program: Program, groups: readonly Reader[]): Liveness =>
  livenessOf(
    program,
    groups.map(({ start }) => start),
    groups.flatMap(({ weights }) => weights.flatMap(({ route: { factor } }) => (factor === null ? [] : [factor]))),
  );
