import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ZipFile } from 'yazl';
import yauzl from 'yauzl';
import { audit, compare } from '../../../dist/index.js';

/*
 * Valid files of every format that is read, and what reads them. A file of several layers (an array in an archive, a
 * compressed image) is damaged in its inner layer as well, and packed again: damage to the outer one is found by checksums.
 */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const fixture = (path) => readFileSync(join(root, 'fixtures', path));
const stored = (path) => readFileSync(join(root, 'test/load', path));

const settings = { inputs: 2, samples: [1, 2], parameters: 4, backend: 'cpu' };

/** A zip archive of these members. */
async function zipped(members) {
  const zip = new ZipFile();
  for (const [name, bytes] of members) zip.addBuffer(Buffer.from(bytes), name, { compress: false });
  zip.end();
  const parts = [];
  for await (const part of zip.outputStream) parts.push(part);
  return Buffer.concat(parts);
}

async function unzipped(bytes) {
  const zip = await yauzl.fromBufferPromise(bytes);
  const members = [];
  for await (const entry of zip.eachEntry()) {
    const parts = [];
    for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part);
    members.push([entry.fileName, Buffer.concat(parts)]);
  }
  return members;
}

/** Every member of an archive as a sample of its own; `read` gets the archive. */
async function membersOf(name, bytes, read) {
  const members = await unzipped(bytes);
  return members.map(([member, own], k) => ({
    name: `${name}: ${member}`,
    bytes: own,
    pack: (damaged) => zipped(members.map((one, other) => (other === k ? [member, damaged] : one))),
    read,
  }));
}

const plain = (name, bytes, read) => ({ name, bytes, pack: (damaged) => damaged, read });

/** All samples; files are written to `folder`. */
export async function makeSamples(folder) {
  const iris = join(folder, 'iris');
  mkdirSync(iris);
  for (const name of readdirSync(join(root, 'fixtures/iris'))) writeFileSync(join(iris, name), fixture(`iris/${name}`));
  const kerasFolder = join(root, 'test/load/keras/data/keras-files');
  const keras = (name, ending) => gunzipSync(readFileSync(join(kerasFolder, name, `model.${ending}.gz`)));

  const asData = (file) => (bytes) => {
    const path = join(folder, file);
    writeFileSync(path, bytes);
    return audit({ model: join(iris, 'model.json'), data: path, ...settings });
  };
  const asModel = (file) => (bytes) => {
    const path = join(folder, file);
    writeFileSync(path, bytes);
    return audit({ model: path, ...settings });
  };
  const inModel = (file) => (bytes) => {
    const own = join(folder, 'model');
    mkdirSync(own, { recursive: true });
    for (const name of ['model.json', 'weights.bin']) writeFileSync(join(own, name), fixture(`iris/${name}`));
    writeFileSync(join(own, file), bytes);
    return audit({ model: join(own, 'model.json'), data: join(iris, 'dataset.csv'), ...settings });
  };
  const commandLine = (file, args) => async (bytes) => {
    writeFileSync(join(folder, file), bytes);
    const { main } = await import('../../../dist/cli.js');
    let text = '';
    const stream = { write: (part, done) => ((text += part), done?.(), true), on: () => undefined };
    const status = await main(args(join(folder, file)), { stdout: stream, stderr: stream, env: {} });
    if (status === 70) throw new Error(text);
    return null;
  };

  const rows = [...Array(8).keys()].map((row) => [0.1 * row, 1 - row, 0.5, -2]);
  const numbers = Float32Array.from(rows.flat());
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (8, 4), }".padEnd(117) + '\n';
  const npy = Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'),
    Buffer.from(header),
    Buffer.from(numbers.buffer),
  ]);
  const idx = Buffer.concat([Buffer.from([0, 0, 8, 2, 0, 0, 0, 8, 0, 0, 0, 4]), Buffer.alloc(32, 7)]);
  const report = JSON.stringify(await audit({ model: join(iris, 'model.json'), ...settings }));
  const config = JSON.stringify({
    samples: [8, 16],
    inputs: 4,
    policy: { maxError: '50%', layers: { 'dense_*': { maxFisher: 1, minFisher: 0 } } },
  });
  const csv = Buffer.from(`a,b,"c",d\n${rows.map((row) => row.join(',')).join('\n')}\n`);
  const npz = await zipped([['x.npy', npy]]);
  const parquet = ['plain', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4', 'nested', 'one-page', 'duckdb-v2'].map(
    (name) => `${name}.parquet`,
  );

  return [
    plain('model.json', fixture('iris/model.json'), inModel('model.json')),
    plain('weights.bin', fixture('iris/weights.bin'), inModel('weights.bin')),
    ...['keras3-alike', 'keras2-alike', 'keras3-recurrent', 'keras3-functional']
      .filter((name) => readdirSync(kerasFolder).includes(name))
      .map((name) => plain(`${name}.h5`, keras(name, 'h5'), asModel('model.h5'))),
    plain('keras3-alike.keras', keras('keras3-alike', 'keras'), asModel('model.keras')),
    ...(await membersOf('keras3-alike.keras', keras('keras3-alike', 'keras'), asModel('member.keras'))),
    plain('x.csv', csv, asData('x.csv')),
    plain('x.json', Buffer.from(JSON.stringify({ x: rows })), asData('x.json')),
    plain('x.jsonl', Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')), asData('x.jsonl')),
    plain('x.npy', npy, asData('x.npy')),
    plain('x.npz', npz, asData('x.npz')),
    ...(await membersOf('x.npz', npz, asData('member.npz'))),
    plain('x.idx', idx, asData('x.idx')),
    plain('x.idx.gz', gzipSync(idx), asData('x.idx.gz')),
    { name: 'x.idx.gz: inside', bytes: idx, pack: (damaged) => gzipSync(damaged), read: asData('inside.idx.gz') },
    ...parquet.map((name) => plain(name, stored(`datasets/formats/data/parquet/${name}`), asData('x.parquet'))),
    plain('report.json', Buffer.from(report), (bytes) => {
      writeFileSync(join(folder, 'report.json'), bytes);
      return compareWith(join(folder, 'report.json'), iris);
    }),
    plain(
      'fisher-audit.config.json',
      Buffer.from(config),
      commandLine('config.json', (file) => [iris, '--config', file, '-q']),
    ),
    plain(
      'baseline.json',
      Buffer.from(baselineText(folder, iris)),
      commandLine('baseline.json', (file) => [iris, '--inputs', '2', '--baseline', file, '-q']),
    ),
  ];
}

/** A saved report against the network itself. */
async function compareWith(report, iris) {
  await compare({ base: report, head: iris, inputs: 2, samples: 2, backend: 'cpu' });
  return null;
}

function baselineText(folder, iris) {
  const file = join(folder, 'first-baseline.json');
  execFileSync(process.execPath, [
    join(root, 'bin/fisher-audit.js'),
    iris,
    '--inputs',
    '2',
    '--baseline',
    file,
    '--update-baseline',
    '-q',
  ]);
  return readFileSync(file);
}
