import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contractionSize, parameterWork } from '../../../src/engine/plan/cost-model.js';
import { memoryShares } from '../../../src/engine/plan/memory-shares.js';
import { bytesPerParameter, parameterLimit } from '../../../src/engine/plan/parameter-budget.js';
import type { Candidate, PlanOptions } from '../../../src/engine/plan/types.js';

const labels = { outputs: 10, labelDraws: 64, countsDraws: true, maxSamples: 512 };

const optionsOf = (own: Partial<PlanOptions>): PlanOptions => ({
  kinks: 'strict',
  parameters: 'auto',
  skipped: [],
  seed: 0,
  bytesPerElement: 4,
  memory: 1e9,
  inputs: 256,
  batchSize: null,
  samples: [8, 512],
  blocks: 1,
  likelihood: { countable: true },
  ...own,
});

const candidateOf = (size: number, flops = 1e6): Candidate => ({
  start: 0,
  size,
  direct: true,
  order: 1,
  cost: { flops, productFlops: flops, passes: 100, widest: 10 },
});

const limitOf = (size: number, own: Partial<PlanOptions> = {}, flops?: number): number =>
  parameterLimit([candidateOf(size, flops)], ['forward-jets'], contractionSize(labels), optionsOf(own));

describe('the limit of parameters', () => {
  it('is what the option says, unless it is auto', () => {
    expect(limitOf(1e6, { parameters: 'all' })).toBe(Infinity);
    expect(limitOf(1e6, { parameters: 40 })).toBe(40);
    expect(limitOf(100)).toBe(Infinity);
  });

  it('keeps sums within their share of the memory', () => {
    const most = 1000;
    const memory = (most * bytesPerParameter([8, 512])) / memoryShares.sums;
    expect(limitOf(1e5, { memory, inputs: 1 }, 1)).toBe(most);
  });

  it('never rises with the inputs, or with the cost of a walk', () => {
    const inputs = fc.integer({ min: 1, max: 1e5 });
    fc.assert(
      fc.property(inputs, inputs, fc.integer({ min: 1, max: 1e9 }), (some, more, flops) => {
        expect(limitOf(1e6, { inputs: some + more }, flops)).toBeLessThanOrEqual(limitOf(1e6, { inputs: some }, flops));
        expect(limitOf(1e6, { inputs: some }, 2 * flops)).toBeLessThanOrEqual(limitOf(1e6, { inputs: some }, flops));
      }),
    );
  });
});

it('labels that are listed one by one make a parameter more expensive, counted ones do not', () => {
  const work = (countsDraws: boolean, maxSamples: number): number =>
    parameterWork(candidateOf(1), 'reverse-passes', contractionSize({ ...labels, countsDraws, maxSamples }));
  expect(work(true, 512)).toBe(work(true, 8));
  expect(work(false, 512)).toBeGreaterThan(work(false, 8));
  expect(work(false, 8)).toBeGreaterThan(work(true, 8));
});
