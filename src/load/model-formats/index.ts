import type { Network } from '../network.js';
import { tfjsLayers } from './tfjs-layers.js';

/** A file format for networks. */
export interface ModelFormat {
  readonly description: string;
  /** Whether a file of this name is of this format. */
  matches(path: string): boolean;
  /** @throws AuditError FA200 to FA205 */
  load(path: string): Promise<Network>;
}

/** Every format that a network can be read from. */
export const modelFormats = {
  'tfjs-layers': tfjsLayers,
} as const satisfies Record<string, ModelFormat>;
