import { describe, expect, it } from 'vitest';
import { startLibrary } from '../../../../src/load/containers/hdf5/library.js';
import { kerasFile, kerasMembers } from '../../../support/models/keras-files.js';
import { openKeras, refusalText } from '../../../support/models/models.js';
import { temporaryFolder } from '../../../support/files/data-files.js';

const { folder } = temporaryFolder();

describe('weights that Keras stores in another way', () => {
  it.each(['float16', 'bfloat16'])('are read exactly in %s', async (type) => {
    const { weights } = await openKeras(kerasFile(folder, `keras3-${type}`, 'keras'));
    const kernel = weights.get('/layers/dense/vars/0')!;
    const stored = await storedWords(await kerasMembers(folder, `keras3-${type}`));
    expect([...kernel.values]).toEqual([...stored].map(type === 'float16' ? halfOf : brainOf));
    expect(new Set(kernel.values).size).toBeGreaterThan(4);
  });

  it('are read in bfloat16 from .h5, which does not state the type', async () => {
    const [marked, plain] = await Promise.all(
      (['keras', 'h5'] as const).map((ending) => openKeras(kerasFile(folder, 'keras3-bfloat16', ending))),
    );
    const values = (model: typeof marked): unknown[] => [...model!.weights.values()].map((weight) => weight.values);
    expect(values(plain)).toHaveLength(2);
    expect(values(plain)).toEqual(expect.arrayContaining(values(marked)));
  });

  it('are refused in int8', async () => {
    expect(await refusalText('FA205', kerasFile(folder, 'keras3-int8', 'keras'))).toContain('is stored as int8');
    expect(await refusalText('FA205', kerasFile(folder, 'keras3-int8', 'h5'))).toContain('is stored as int8');
  });

  it('are refused with LoRA adapters', async () => {
    expect(await refusalText('FA203', kerasFile(folder, 'keras3-lora', 'keras'))).toContain('LoRA');
    expect(await refusalText('FA203', kerasFile(folder, 'keras3-lora', 'h5'))).toContain('lora_kernel_a');
  });

  it('are refused for a layer of two models', async () => {
    expect(await refusalText('FA203', kerasFile(folder, 'keras3-shared', 'keras'))).toContain('has no weight "kernel"');
    expect(await refusalText('FA203', kerasFile(folder, 'keras3-shared', 'h5'))).toContain('belongs to two layers');
  });

  /** The bits of the kernel, found in the file by what surrounds them: numbers of 16 bits, written one after another. */
  async function storedWords(own: Record<string, Uint8Array>): Promise<Uint16Array> {
    const { library } = await startLibrary(2 ** 27);
    library.FS.writeFile('/raw.h5', own['model.weights.h5']!);
    const id = library.open('/raw.h5', library.H5F_ACC_RDONLY, false, -1, -1);
    const at = library._malloc(12);
    expect(library.get_dataset_data(id, '/layers/dense/vars/0', null, null, null, BigInt(at))).toBe(0);
    return new Uint16Array(library.HEAPU8.slice(at, at + 12).buffer);
  }

  const brainOf = (bits: number): number => new Float32Array(Uint32Array.of(bits * 2 ** 16).buffer)[0]!;
  const halfOf = (bits: number): number => {
    const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023];
    return (1 - 2 * sign) * 2 ** (exponent - 15) * (1 + fraction / 1024);
  };
});
