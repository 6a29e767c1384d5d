import { littleEndian } from '../../load/bytes/number-types.js';
import type { NamedTensor, TensorFile, TensorFileFormat } from './tensor-file.js';

/** Headers end at a multiple of this many bytes, so that float64 numbers are aligned. */
const ALIGNMENT = 8;

/**
 * Safetensors: the header's length as a 64-bit integer, a JSON header (padded with spaces) with the offsets of all
 * tensors, then their numbers without gaps. https://github.com/huggingface/safetensors#format
 */
export const safetensors: TensorFileFormat = {
  extension: '.safetensors',
  async *write(file) {
    const header = Buffer.from(headerOf(file));
    const padding = (ALIGNMENT - (header.length % ALIGNMENT)) % ALIGNMENT;
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length + padding));
    yield Buffer.concat([length, header, Buffer.alloc(padding, ' ')]);
    for (const { values } of file.tensors) yield littleEndian(values);
  },
};

function headerOf({ tensors, metadata }: TensorFile): string {
  let end = 0;
  const entryOf = ({ name, shape, values }: NamedTensor): [string, object] => {
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: 'F64', shape, data_offsets: [begin, end] }];
  };
  return JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...tensors.map(entryOf)]));
}
