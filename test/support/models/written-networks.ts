import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Class and configuration of a layer, as Keras writes them. */
export type LayerEntry = [string, Record<string, unknown>];
/** Name and shape of a weight. */
export type WeightEntry = [string, number[]];

/** A small network on disk: layers as Keras writes them, weights from a fixed sequence. */
export function writeNetwork(path: string, layers: LayerEntry[], weights: readonly WeightEntry[]): string {
  mkdirSync(path, { recursive: true });
  const saved = layers.map(([class_name, config]) => ({ class_name, config: { trainable: true, ...config } }));
  const manifest = weights.map(([weight, shape]) => ({ name: weight, shape, dtype: 'float32' }));
  const count = weights.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const values = Float32Array.from({ length: count }, (_, k) => Math.sin(3 * k + 1) / 2);
  writeFileSync(join(path, 'weights.bin'), new Uint8Array(values.buffer));
  const modelTopology = { class_name: 'Sequential', config: { name: 'm', layers: saved }, keras_version: '2.15.0' };
  const weightsManifest = [{ paths: ['weights.bin'], weights: manifest }];
  writeFileSync(join(path, 'model.json'), JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
  return path;
}

/** A dense layer without bias; the one named d1 takes four inputs. */
export const dense = (name: string, units: number, activation: string): LayerEntry => [
  'Dense',
  { name, units, activation, use_bias: false, ...(name === 'd1' && { batch_input_shape: [null, 4] }) },
];

/** Name and shape of its kernel. */
export const kernel = (name: string, from: number, to: number): WeightEntry => [`${name}/kernel`, [from, to]];
