import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AuditError } from '../../errors.js';
import { checkValue } from '../../text/check-value.js';
import { type ByteSource, fileSource } from '../bytes/byte-source.js';
import { readZip } from '../bytes/zip.js';
import { fileSize, openedFile } from '../bytes/files.js';
import { MAX_HDF5_BYTES, readHdf5 } from '../containers/hdf5/file.js';
import type { KerasModel } from './keras-model.js';
import type { ModelFormat } from '../model-format.js';
import { refuseLargeWeights } from '../weight-memory.js';
import { kerasH5 } from './keras-h5.js';
import { numberedWeights } from './weights/numbered-weights.js';
import { kerasMajorOf, losesMergedMasks } from './keras-version.js';
import { classOf, classSchema } from './class-name.js';
import { MAX_TOPOLOGY_BYTES, parseTopology, parseTopologyJson } from './topology.js';

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/** The largest compression ratio of weights. Keras does not compress, and other tools reach far less. */
const MAX_EXPANSION = 64;

const configSchema = classSchema.extend({ config: z.unknown() });
const metadataSchema = z.object({ keras_version: z.string() });

const SAVE = 'save the model again with model.save("model.keras")';

/** A zip file with the layers as JSON and the weights as HDF5. Code and assets in it are not read. */
export const kerasV3: ModelFormat<KerasModel> = {
  description: 'Keras model (.keras)',
  usualNames: ['model.keras'],
  matches: (path) => /\.keras$/i.test(path),

  async load(path, memory): Promise<KerasModel> {
    const size = await fileSize(path, 'FA200');
    if (await modelErrors(() => isHdf5(path))) return kerasH5.load(path, memory);
    const members = await modelErrors(() => readZip(path));
    const config = parse(path, CONFIG, await unpacked(path, members, CONFIG, MAX_TOPOLOGY_BYTES), configSchema);
    const metadata = parse(path, METADATA, await unpacked(path, members, METADATA, MAX_TOPOLOGY_BYTES), metadataSchema);
    const kerasMajor = kerasMajorOf(`${path}: keras_version`, metadata.keras_version);
    const className = classOf(config);
    const graph = parseTopology(path, className, config.config);
    refuseLargeWeights(path, members.get(WEIGHTS)?.bytes ?? 0, memory);
    const bytes = await unpacked(path, members, WEIGHTS, Math.min(MAX_HDF5_BYTES, MAX_EXPANSION * size));
    const weights = await readHdf5(`${path}: ${WEIGHTS}`, bytes, memory, (file) =>
      numberedWeights(path, file, { graph, className, kerasMajor }),
    );
    return {
      path,
      format: 'keras-v3',
      sha256: await modelErrors(() => sha256Of(path)),
      kerasMajor,
      tfjs: false,
      losesMergedMasks: losesMergedMasks(metadata.keras_version),
      graph,
      weights,
    };
  },
};

/** Keras 2.12 and older save HDF5 under any name. */
async function isHdf5(path: string): Promise<boolean> {
  for await (const file of openedFile(path)) {
    return file.size >= 4 && (await file.read(0, 4)).toString('latin1') === '\x89HDF';
  }
  return false;
}

function parse<T>(path: string, name: string, bytes: Uint8Array, schema: z.ZodType<T>): T {
  const checked = checkValue(schema, parseTopologyJson(bytes, `${path}: ${name}`, SAVE), name);
  if (checked.success) return checked.data;
  throw new AuditError('FA202', { what: `${path}: ${name} is damaged`, why: checked.problem, fix: SAVE });
}

/** All bytes of a member. @throws AuditError FA202 when there is none, FA200 when it is larger than `limit` */
async function unpacked(
  path: string,
  members: ReadonlyMap<string, ByteSource>,
  name: string,
  limit: number,
): Promise<Uint8Array> {
  const source = members.get(name);
  const size = source?.bytes ?? null;
  if (source === undefined || size === null) {
    throw new AuditError('FA202', { what: `${path} has no ${name}`, fix: SAVE });
  }
  if (size > limit) {
    const why = `it has ${size} bytes, and at most ${limit} are read`;
    throw new AuditError('FA200', { what: `${path}: ${name} is too large`, why, fix: 'audit a smaller model' });
  }
  const bytes = new Uint8Array(size);
  let filled = 0;
  await modelErrors(async () => {
    for await (const part of source.stream()) {
      bytes.set(part, filled);
      filled += part.length;
    }
  });
  return bytes.subarray(0, filled);
}

/** Turns the error codes of data sets into those of models, since zip files are read by the same code. */
async function modelErrors<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    if (error.code === 'FA100') throw new AuditError('FA200', error.text, { cause: error });
    throw new AuditError('FA202', { ...error.text, fix: SAVE }, { cause: error });
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of (await fileSource(path)).stream()) hash.update(part);
  return hash.digest('hex');
}
