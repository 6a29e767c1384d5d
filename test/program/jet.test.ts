import { expect, it } from 'vitest';
import { float64 } from '../../src/kernels/float64.js';
import type { Shape } from '../../src/kernels/kernels.js';
import { Builder } from '../../src/program/build.js';
import { checkCotangent, checkPrimal, checkTangent } from '../../src/program/check-shapes.js';
import type { ValueId, Weight } from '../../src/program/program.js';
import { refute } from '../support/differences.js';
import { distance } from '../support/numbers.js';
import { Experiment } from '../support/programs.js';
import { Random } from '../support/random.js';

const [ROWS, INPUTS, HIDDEN, OUTPUTS] = [3, 4, 5, 3];

function layerNormalization(build: Builder, value: ValueId): ValueId {
  const centred = build.subtract(value, build.mean(value, [0]));
  const variance = build.mean(build.multiply(centred, centred), [0]);
  return build.multiply(centred, build.map(build.affine(variance, 1, 1e-3), 'reciprocalSquareRoot', 0));
}

it('second derivatives are right behind a log softmax that sums and products follow', () => {
  const random = new Random('log softmax');
  const build = new Builder();
  const weight = (name: string, shape: Shape): Weight => {
    return { name, layer: name, shape, trainable: true, values: Float64Array.from(random.values(shape)) };
  };
  const [first, last] = [weight('first', [INPUTS, HIDDEN]), weight('last', [HIDDEN, OUTPUTS])];
  const start = build.weight(first);
  const logits = build.matMul(build.input([INPUTS]), start);
  const normalized = layerNormalization(build, build.apply('softmax', { log: true }, [logits]));
  const program = build.finish(build.matMul(normalized, build.weight(last)));
  const experiment = new Experiment(program, [random.values([ROWS, INPUTS])], ROWS);
  const jets = experiment.jets(start);
  const reverse = experiment.reverse(start);
  for (let element = 0; element < INPUTS * HIDDEN; element++) {
    const claim = { first: jets.first[element]!, second: jets.second[element]! };
    expect(refute(experiment.curve(start, first.values, element), claim)).toBeNull();
    expect(distance(claim.first, reverse[element]!)).toBeLessThan(1e-12);
  }
});

it('interpreters refuse a tensor that merely broadcasts to the right shape', () => {
  const place = { primitive: 'sum', layer: 'dense' };
  const zeros = (...shape: number[]) => float64.fill(shape, 0);
  const dense = (...second: number[]) => {
    return { kind: 'dense', first: zeros(2, 3, 4), second: zeros(...second) } as const;
  };
  const channel = { kind: 'channel', period: 2, channels: [0, 1], first: zeros(2, 1, 2), second: null } as const;
  const sparse = { kind: 'sparse', indices: [0, 1], first: zeros(3, 2), second: zeros(1, 2) } as const;
  for (const tangent of [dense(2, 3, 4), dense(2, 1, 4), channel, sparse]) checkTangent(place, tangent, [4], 2, 3);
  for (const tangent of [dense(2, 3, 1), dense(1, 3, 4), dense(2, 3), { ...channel, period: 4 }])
    expect(() => {
      checkTangent(place, tangent, [4], 2, 3);
    }).toThrow(/^push of sum in dense: shape \[.*\] instead of \[2,3,\d\]$/);
  expect(() => {
    checkPrimal(place, zeros(3, 1), [4], 3);
  }).toThrow('evaluate of sum in dense: shape [3,1] instead of [3,4]');
  expect(() => {
    checkCotangent(place, zeros(2, 1, 4), [4], zeros(2, 3, 1));
  }).toThrow('pull of sum in dense: shape [2,1,4] instead of [2,3,4]');
});
