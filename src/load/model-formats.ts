import { kerasH5 } from './keras/keras-h5.js';
import { kerasV3 } from './keras/keras-v3.js';
import { tfjsLayers } from './keras/tfjs-layers.js';
import type { ModelFormat } from './model-format.js';

/** Every format that a model can be read from. A folder is searched in this order. */
export const modelFormats = {
  'tfjs-layers': tfjsLayers,
  'keras-v3': kerasV3,
  'keras-h5': kerasH5,
} as const satisfies Record<string, ModelFormat>;
