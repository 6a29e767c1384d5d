import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AuditError } from '../../../dist/index.js';
import { MAX_KILOBYTES } from './limits.mjs';
import { mutate, randomOf } from './mutate.mjs';
import { makeSamples } from './samples/index.mjs';

/* Reads the mutations from `from` to `to` one after another, and sends what came of each. */
const [seed, from, to, failures] = process.argv.slice(2);

const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => process.exit(1));
/** Without its parent, a worker ends. */
const send = (message) => process.send(message, (error) => error && process.exit(1));

const current = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
new Worker(new URL('watchdog.mjs', import.meta.url), { workerData: current.buffer }).unref();
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

/** How a mutation ended: `audited`, the code of an error of the input, or a problem. */
async function outcomeOf({ file, read, pack = (own) => own }, bytes) {
  try {
    writeFileSync(file, await pack(bytes));
    const problem = wrong(await read(), 'result');
    return problem === null ? { end: 'audited' } : { end: 'failed', problem };
  } catch (error) {
    const code = error?.code;
    if (!(error instanceof AuditError) && !/^FA(?!900)\d{3}$/.test(code))
      return { end: 'failed', problem: `crash: ${error?.stack ?? error}` };
    const raw = /Invalid input|Expected .* received|Unrecognized key/.test(error.message);
    return raw ? { end: 'failed', problem: `raw: ${error.message}` } : { end: code };
  }
}

const cpuMilliseconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

for (let index = Number(from); index < Number(to); index++) {
  const sample = samples[index % samples.length];
  send({ index, kind: sample.name });
  Atomics.store(current, 0, index);
  const bytes = mutate(randomOf(Number(seed), index), sample);
  // A process that is killed keeps nothing. A mutation that runs alone has failed before.
  const kept = join(failures, `${index}.bin`);
  if (Number(to) - Number(from) === 1) writeFileSync(kept, bytes);
  const [begin, before] = [cpuMilliseconds(), process.resourceUsage().maxRSS];
  let outcome = await outcomeOf(sample, bytes);
  const milliseconds = cpuMilliseconds() - begin;
  // The largest memory of a process never falls. Where it did not rise, this mutation took no more than the present memory.
  const { maxRSS } = process.resourceUsage();
  const kilobytes = maxRSS > before ? maxRSS : process.memoryUsage.rss() / 1024;
  const large = maxRSS > MAX_KILOBYTES;
  if (large && outcome.end !== 'failed') outcome = { end: 'failed', problem: `memory: ${maxRSS} kB` };
  if (outcome.end === 'failed') writeFileSync(kept, bytes);
  else rmSync(kept, { force: true });
  send({ index, kind: sample.name, outcome: { ...outcome, milliseconds, kilobytes } });
  // Another process goes on with less memory.
  if (large) process.exit(0);
}
send({ index: Number(to), done: true });
process.disconnect();
process.exit(0);
