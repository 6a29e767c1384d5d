import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ZipFile } from 'yazl';
import yauzl from 'yauzl';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** The bytes of a file of the repository. */
export const stored = (path) => readFileSync(root + path);

/** The bytes of a model that Keras saved: `ending` is h5 or keras. */
export const kerasFile = (name, ending) =>
  gunzipSync(stored(`test/load/keras/data/keras-files/${name}/model.${ending}.gz`));

/** A zip archive of these members. */
export async function zipped(members) {
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

/** Every member of an archive as a sample of its own. Damage to the archive itself is mostly found by its checksums. */
export async function membersOf(sample) {
  const members = await unzipped(sample.bytes);
  return members.map(([member, bytes], k) => ({
    ...sample,
    name: `${sample.name}: ${member}`,
    bytes,
    json: member.endsWith('.json'),
    pack: (damaged) => zipped(members.map((one, other) => (other === k ? [member, damaged] : one))),
  }));
}
