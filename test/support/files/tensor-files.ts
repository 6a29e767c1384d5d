import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { load } from 'npyjs';

/** A tensor as another program reads it. */
export interface ReadTensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export interface ReadTensors {
  readonly tensors: ReadonlyMap<string, ReadTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What `fisher-audit export` wrote. */
export const readTensors = (file: string): Promise<ReadTensors> =>
  file.endsWith('.npz') ? readNpz(file) : Promise.resolve(readSafetensors(file));

/** By fflate and npyjs, which have nothing to do with what wrote the file. */
async function readNpz(file: string): Promise<ReadTensors> {
  const arrays = await Promise.all(
    Object.entries(unzipSync(readFileSync(file))).map(
      async ([member, bytes]) => [member.replace(/\.npy$/, ''), await load(bytes.slice().buffer)] as const,
    ),
  );
  const tensors = new Map<string, ReadTensor>();
  let metadata = {};
  for (const [name, { data, shape, dtype, fortranOrder }] of arrays) {
    // npyjs counts letters in halves of UTF-16, and cuts after as many.
    if (name === '__metadata__') metadata = JSON.parse((data as unknown as string[]).join('')) as object;
    else if (!(data instanceof Float64Array) || fortranOrder) throw new Error(`${name} is of type ${dtype}`);
    else tensors.set(name, { shape, values: data });
  }
  return { tensors, metadata };
}

/** By the letter of https://github.com/huggingface/safetensors#format, with what its own reader refuses. */
function readSafetensors(file: string): ReadTensors {
  const bytes = readFileSync(file);
  const begin = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, begin)) as Record<string, unknown>;
  if (bytes[8] !== 0x7b || begin % 8 !== 0) throw new Error('the header does not begin with { or is not aligned');
  const { __metadata__: metadata, ...entries } = header;
  const tensors = new Map<string, ReadTensor>();
  let end = 0;
  for (const [name, entry] of Object.entries(entries).sort(byOffset)) {
    const { dtype, shape, data_offsets: at } = entry as Entry;
    if (dtype !== 'F64' || at[0] !== end) throw new Error(`${name} is of type ${dtype}, from ${at[0]} on`);
    end = at[1];
    if (end - at[0] !== 8 * shape.reduce((a, b) => a * b, 1)) throw new Error(`${name} is not of its shape`);
    tensors.set(name, {
      shape,
      values: new Float64Array(Uint8Array.from(bytes.subarray(begin + at[0], begin + end)).buffer),
    });
  }
  if (begin + end !== bytes.length) throw new Error('there is something behind the tensors');
  return { tensors, metadata: metadata as Record<string, string> };
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

const byOffset = ([, left]: [string, unknown], [, right]: [string, unknown]): number =>
  (left as Entry).data_offsets[0] - (right as Entry).data_offsets[0] ||
  (left as Entry).data_offsets[1] - (right as Entry).data_offsets[1];
