import { beforeAll, describe, expect, it } from 'vitest';
import { layers } from '../../../../src/layers/index.js';
import { kerasVariables } from '../../../../src/load/keras/weights/keras-variables.js';
import { float32Kernels } from '../../../support/backends.js';
import { kerasCases } from '../../../support/models/keras-files.js';
import { functional, makeLayer, tfjsLayer } from '../../../support/models/tfjs-models.js';

beforeAll(() => float32Kernels('cpu'));

describe('the table of variables', () => {
  /** All variables that a layer may have, and inner layers for those that hold one. */
  const config = {
    use_bias: true,
    scale: true,
    center: true,
    layer: { class_name: 'GRU', config: { name: 'gru' } },
    cell: { class_name: 'GRUCell', config: { name: 'gru_cell' } },
  };

  it('has only layers that a stored file compares', () => {
    const compared = new Set(kerasCases.flatMap(({ classes }) => classes));
    const known = [...Object.keys(layers), ...compared].filter((className) => {
      const variables = kerasVariables({ className, config, kerasMajor: 3 });
      return variables !== null && variables.length > 0;
    });
    expect(known.filter((className) => !compared.has(className))).toEqual([]);
    expect(known.length).toBeGreaterThan(8);
  });

  it('has every layer with weights', () => {
    for (const [className, { examples }] of Object.entries(layers)) {
      const [example] = examples;
      if (!example || !tfjsLayer(className)) continue;
      const network = functional(example.inputs, (inputs) => {
        return makeLayer(className, example.config).apply(inputs.length === 1 ? inputs[0]! : inputs) as never;
      });
      if (network.weights.length === 0) continue;
      expect(kerasVariables({ className, config, kerasMajor: 3 }), className).not.toBeNull();
    }
  });
});
