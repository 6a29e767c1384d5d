import type { Network } from './keras/keras-model.js';
import { kerasH5 } from './keras/keras-h5.js';
import { kerasV3 } from './keras/keras-v3.js';
import { tfjsLayers } from './keras/tfjs-layers.js';

/** A file format for networks. */
export interface ModelFormat {
  readonly description: string;
  /** Names of such a file in a folder that is given in its place. */
  readonly usualNames: readonly string[];
  /** Whether a file of this name is of this format. */
  matches(path: string): boolean;
  /** @throws AuditError FA200 to FA205 */
  load(path: string): Promise<Network>;
}

/** Every format that a network can be read from; the order is that in which a folder is searched. */
export const modelFormats = {
  'tfjs-layers': tfjsLayers,
  'keras-v3': kerasV3,
  'keras-h5': kerasH5,
} as const satisfies Record<string, ModelFormat>;
