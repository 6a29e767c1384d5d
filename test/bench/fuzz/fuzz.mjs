import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { MAX_SECONDS } from './limits.mjs';
import { addOutcome, tableOf } from './statistics.mjs';

/*
 * `npm run fuzz -- --count 1000000 --seed 1 --folder <folder>`: damaged files of every format. A mutation fails where it crashes
 * the tool, takes longer than 5 s or more than 1 GB, or yields a figure that is not finite or negative. It follows from seed
 * and index alone. The folder keeps the state, so that the same command goes on where it was interrupted, and the files that
 * failed. At the end each failure is tried again in a process of its own: only what fails again is a failure.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: join(tmpdir(), 'fisher-audit-fuzz') },
  },
});
const SAVE_EVERY = 1000;
const count = Number(values.count);
const folder = join(values.folder, `seed-${values.seed}`);
const stateFile = join(folder, 'state.json');
mkdirSync(folder, { recursive: true });
const state = existsSync(stateFile)
  ? JSON.parse(readFileSync(stateFile, 'utf8'))
  : { next: 0, seconds: 0, kinds: {}, failures: [] };
let begin = performance.now();

function save() {
  const now = performance.now();
  state.seconds += (now - begin) / 1000;
  begin = now;
  writeFileSync(`${stateFile}.new`, JSON.stringify(state, null, 1));
  renameSync(`${stateFile}.new`, stateFile);
}

/** Runs one worker from mutation `from` to `to`, until it ends or is stuck. Resolves with the next mutation to run. */
function work(from, to, onOutcome) {
  return new Promise((resolve) => {
    const child = fork(new URL('worker.mjs', import.meta.url), [values.seed, from, to, folder].map(String));
    // What runs, until its outcome comes: null between two mutations.
    let [running, next, since] = [null, from, performance.now()];
    const watch = setInterval(() => {
      if (performance.now() - since > 1000 * MAX_SECONDS) child.kill('SIGKILL');
    }, 1000);
    child.on('message', ({ index, kind, outcome, done }) => {
      since = performance.now();
      next = done ? index : index + 1;
      running = outcome === undefined && !done ? { index, kind } : null;
      if (outcome !== undefined) onOutcome({ index, kind, ...outcome });
    });
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      const problem = signal === 'SIGKILL' ? 'it does not end' : `the process ended with ${signal ?? code}`;
      if (running !== null) onOutcome({ ...running, end: 'failed', problem });
      else if (code !== 0) throw new Error(`a worker ended with ${signal ?? code} between two mutations`);
      resolve(next);
    });
  });
}

function onOutcome(outcome) {
  addOutcome(state.kinds, outcome);
  state.next = outcome.index + 1;
  if (outcome.end === 'failed') {
    const { index, kind, problem } = outcome;
    state.failures.push({ index, kind, problem });
    console.log(`${index} ${kind}: ${problem.split('\n').slice(0, 3).join(' | ')}`);
  }
  if (outcome.end === 'failed' || state.next % SAVE_EVERY === 0) save();
  if (state.next % (10 * SAVE_EVERY) === 0)
    console.log(
      `${state.next} of ${count} mutations, ${state.failures.length} failures, ${Math.round(state.seconds)} s`,
    );
}

while (state.next < count) state.next = await work(state.next, count, onOutcome);
save();
const again = state.failures.map(({ index }) => index);
const failures = [];
for (const index of again) {
  await work(index, index + 1, ({ end, kind, problem }) => end === 'failed' && failures.push({ index, kind, problem }));
}
console.log(tableOf(state.kinds, failures));
for (const { index, kind, problem } of failures) console.log(`${index} ${kind}: ${problem}`);
console.log(
  `${count} mutations with seed ${values.seed} in ${Math.round(state.seconds)} s: ${failures.length} failures ` +
    `(${again.length} at first)`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
