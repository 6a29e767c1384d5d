import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Shape } from '../../../src/kernels/kernels.js';
import { keras3Input, keras3Layer, keras3Model, refusalText, withWeights, writeSaved } from './models.js';
import { functional, inFolder, save } from './tfjs-models.js';

/* Models that are refused with FA206, because of one layer. */

type Connect = (inputs: SymbolicTensor[]) => SymbolicTensor;

/** The message of FA206 for a model of tfjs. */
export const refusedModel = (shapes: readonly Shape[], connect: Connect): Promise<string> =>
  inFolder(async (folder) => {
    await save(functional(shapes, connect), folder);
    return refusalText('FA206', folder);
  });

/** A sequential model of Keras 3 whose layers have no weights that matter: they are refused before. */
export const refusedKeras = (...layers: object[]): Promise<string> =>
  inFolder((folder) => {
    const config = { name: 'sequential', trainable: true, layers: [keras3Input('in', 4), ...layers] };
    const weights = {
      'sequential/look/embeddings': [
        [3, 2],
        [0, 1, 2, 3, 4, 5],
      ],
    } as const;
    return refusalText('FA206', writeSaved(folder, withWeights(keras3Model('Sequential', config), weights)));
  });

export const look = keras3Layer('Embedding', { name: 'look', input_dim: 3, output_dim: 2, mask_zero: true });
