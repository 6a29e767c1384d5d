import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuditError, audit, reportSchema } from '../../../src/index.js';
import { readZip } from '../../../src/load/bytes/zip.js';
import { float32Kernels } from '../../support/backends.js';
import { byteDamage, valueDamage } from '../../support/files/damage.js';
import { kerasBytes, kerasFile } from '../../support/models/keras-files.js';
import { npzOf, temporaryFolder, zipBytes } from '../../support/files/data-files.js';

/** Reading is ended after 6 s; one case in some thousand leads HDF5 in a circle. */
const SECONDS = 8;
const BYTES = 2 ** 31;
/** More of them (FUZZ_RUNS=20000 FUZZ_SEED=7) while the loader is worked on. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

const MODEL = 'keras3-sequential';
const { folder, write } = temporaryFolder();
const members = new Map<string, Uint8Array>();
let data = '';

beforeAll(async () => {
  await float32Kernels('cpu');
  data = write('x.npz', npzOf({ x: [[2, 6, 2], Array.from({ length: 24 }, (_, k) => Math.sin(k))] }));
  for (const [name, source] of await readZip(kerasFile(folder, MODEL, 'keras'))) {
    const parts: Uint8Array[] = [];
    for await (const part of source.stream()) parts.push(part);
    members.set(name, Buffer.concat(parts));
  }
});

/** Whether the file is audited; anything but a valid report and an AuditError of one line is thrown. */
async function isRead(model: string): Promise<boolean> {
  const start = performance.now();
  try {
    const report = await audit({ model, data, samples: [4], parameters: 8, precision: 'float64' });
    expect(reportSchema.safeParse(report).success).toBe(true);
    return true;
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    // eslint-disable-next-line no-control-regex
    expect(error.message).not.toMatch(/[\u0000-\u001f]/);
    expect(error.message.length).toBeLessThan(30_000);
    return false;
  } finally {
    expect(performance.now() - start).toBeLessThan(SECONDS * 1000);
    expect(process.resourceUsage().maxRSS * 1024).toBeLessThan(BYTES);
  }
}

/** A .keras file with one member changed, as a zip whose checksums are right. */
function repacked(name: string, change: (contents: Uint8Array) => string | Uint8Array): Buffer {
  const entries = [...members].map(([own, contents]) => {
    const changed = own === name ? change(contents) : contents;
    return { name: own, contents: typeof changed === 'string' ? Buffer.from(changed) : changed, stored: true };
  });
  return zipBytes(entries);
}

describe('damaged Keras files are read or refused', () => {
  const run = async <T>(damage: fc.Arbitrary<T>, file: (damage: T) => string): Promise<void> => {
    const seen = { read: 0, refused: 0 };
    const property = fc.asyncProperty(damage, async (own) => {
      seen[(await isRead(file(own))) ? 'read' : 'refused'] += 1;
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
    expect(seen.refused).toBeGreaterThan(0);
    expect(seen.read).toBeGreaterThan(0);
  };

  it('bytes of .h5', async () => {
    const bytes = kerasBytes(MODEL, 'h5');
    await run(byteDamage, (damage) => write('damaged.h5', damage(bytes)));
  });

  it('bytes of .keras', async () => {
    const bytes = kerasBytes(MODEL, 'keras');
    await run(byteDamage, (damage) => write('damaged.keras', damage(bytes)));
  });

  it('bytes of model.weights.h5', async () => {
    await run(byteDamage, (damage) => write('damaged.keras', repacked('model.weights.h5', damage)));
  });

  it('values in config.json', async () => {
    await run(valueDamage, (damage) =>
      write(
        'damaged.keras',
        repacked('config.json', (contents) => damage(Buffer.from(contents).toString())),
      ),
    );
  });
});
