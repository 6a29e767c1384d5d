import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditError } from '../../../dist/index.js';
import { mutate, randomOf } from './mutate.mjs';
import { makeSamples } from './samples.mjs';

/* Reads the mutations from `from` to `to` one after another. The parent watches that each ends. */
const [seed, from, to, failures] = process.argv.slice(2);
const MOST_KILOBYTES = 1e6;

const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('SIGTERM', () => process.exit(1));
const samples = await makeSamples(folder);

/** What is wrong with a report: a figure that is not finite, or negative where it is a mean of squares; or null. */
function wrong(value, key = '') {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `${key} is ${value}`;
    const positive = /^(mean|norm|inputVariance|relativeError|relativeErrorTotal|lower|upper)$/.test(key);
    return positive && value < 0 ? `${key} is ${value}` : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, own] of Object.entries(value)) {
    const found = wrong(own, name);
    if (found !== null) return found;
  }
  return null;
}

/** How a mutation ended: null for a report or an error of the input, otherwise what is wrong. */
async function outcomeOf({ pack, read }, bytes) {
  try {
    const report = await read(await pack(bytes));
    return report === null ? null : wrong(report.layers, 'layers');
  } catch (error) {
    if (!(error instanceof AuditError)) return `crash: ${error?.stack ?? error}`;
    return /Invalid input|Expected .* received|Unrecognized key/.test(error.message) ? `raw: ${error.message}` : null;
  }
}

for (let index = Number(from); index < Number(to); index++) {
  process.send({ index });
  const random = randomOf(Number(seed), index);
  const sample = samples[index % samples.length];
  const bytes = mutate(random, sample.bytes);
  const problem = await outcomeOf(sample, bytes);
  const { maxRSS } = process.resourceUsage();
  const large = maxRSS > MOST_KILOBYTES ? `memory: ${maxRSS} kB` : null;
  if (problem ?? large) {
    const file = join(failures, `${index}.bin`);
    writeFileSync(file, bytes);
    process.send({ index, failure: { sample: sample.name, problem: problem ?? large, file } });
    // The largest memory of a process never falls, so another one goes on.
    if (large) process.exit(0);
  }
}
process.send({ index: Number(to), done: true });
process.disconnect();
