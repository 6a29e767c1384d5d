import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { membersOf, stored, zipped } from './archives.mjs';
import { tinyModel } from './tiny-model.mjs';

const ROWS = Array.from({ length: 4 }, (_, row) => [0.1 * row, 1 - row, 0.5, -2]);

/** Parquet files with the shape of a row. */
const PARQUET = {
  plain: [13],
  snappy: [13],
  gzip: [13],
  brotli: [13],
  zstd: [13],
  lz4: [13],
  nested: [4, 3, 2],
  'one-page': [12],
  'duckdb-v2': [3],
};
const IMAGES = ['same/x.png', 'same/x.tif', 'same/x.webp', 'still/c/x.gif', 'keras/c/photo.jpg'];

function npyFile(rows) {
  const shape = `(${rows.length}, ${rows[0].length})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n';
  const numbers = Float32Array.from(rows.flat());
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'),
    Buffer.from(header),
    Buffer.from(numbers.buffer),
  ]);
}

/** Data sets of every format: each is audited with a network of one layer. */
export async function dataSamples(folder, audited) {
  const models = new Map();
  const modelFor = (shape) => {
    const key = shape.join('x');
    if (!models.has(key)) models.set(key, tinyModel(join(folder, `model-${key}`), shape));
    return models.get(key);
  };
  const sample = (name, bytes, { shape = [4], more = {} } = {}) => {
    const own = join(folder, name.replaceAll(/[ :]+/g, '-'));
    mkdirSync(own);
    const data = join(own, name.split(': ').at(-1));
    const model = modelFor(shape);
    return { name, bytes, file: data, read: () => audited({ model, data }), ...more };
  };
  const idx = Buffer.concat([Buffer.from([0, 0, 8, 2, 0, 0, 0, 4, 0, 0, 0, 4]), Buffer.alloc(16, 7)]);
  const npz = sample('x.npz', await zipped([['x.npy', npyFile(ROWS)]]));
  const images = IMAGES.map((path) => {
    const shape = [4, 4, 3];
    const one = sample(path.split('/').at(-1), stored(`test/load/datasets/formats/data/images/${path}`), { shape });
    return { ...one, read: () => audited({ model: modelFor(shape), data: dirname(one.file) }) };
  });
  return [
    sample('x.csv', Buffer.from(`a,b,"c",d\n${ROWS.map((row) => row.join(',')).join('\n')}\n`)),
    sample('x.json', Buffer.from(JSON.stringify({ x: ROWS })), { more: { json: true } }),
    sample('x.jsonl', Buffer.from(ROWS.map((row) => JSON.stringify(row)).join('\n'))),
    sample('x.npy', npyFile(ROWS)),
    npz,
    ...(await membersOf(npz)),
    sample('x.idx', idx),
    sample('x.idx.gz', gzipSync(idx)),
    sample('inside: x.idx.gz', idx, { more: { pack: (damaged) => gzipSync(damaged) } }),
    ...Object.entries(PARQUET).map(([name, shape]) =>
      sample(`${name}.parquet`, stored(`test/load/datasets/formats/data/parquet/${name}.parquet`), { shape }),
    ),
    ...images,
  ];
}
