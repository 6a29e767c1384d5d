import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';

/*
 * `npm run fuzz -- --count 1000000 --seed 1 --folder <folder>`: damaged files of every format. A mutation fails where it crashes
 * the tool, takes longer than 5 s or more than 1 GB, or yields a figure that is not finite. The folder keeps the state, so
 * that the same command goes on where it was interrupted, and the files that failed. A mutation follows from seed and index.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: join(tmpdir(), 'fisher-audit-fuzz') },
  },
});
const LONGEST = 5000;
const count = Number(values.count);
const failures = join(values.folder, `seed-${values.seed}`);
const stateFile = join(failures, 'state.json');
mkdirSync(failures, { recursive: true });
const state = existsSync(stateFile)
  ? JSON.parse(readFileSync(stateFile, 'utf8'))
  : { next: 0, seconds: 0, failures: [] };
const save = () => writeFileSync(stateFile, JSON.stringify(state, null, 1));

function failed(index, failure) {
  state.failures.push({ index, ...failure });
  console.log(`${index} ${failure.sample}: ${failure.problem.split('\n').slice(0, 3).join(' | ')}`);
}

/** Runs one worker from the next mutation on, until it ends or is stuck. */
function work() {
  return new Promise((resolve) => {
    const args = [values.seed, state.next, count, failures].map(String);
    const child = fork(new URL('worker.mjs', import.meta.url), args);
    let [current, since, started] = [state.next, performance.now(), false];
    const watch = setInterval(() => {
      if (!started || performance.now() - since < LONGEST) return;
      failed(current, { sample: 'hang', problem: `no end after ${LONGEST} ms` });
      child.kill('SIGKILL');
    }, 250);
    child.on('message', ({ index, failure }) => {
      [current, since, started] = [index, performance.now(), true];
      if (failure) failed(index, failure);
      if (index % 5000 === 0) {
        state.next = index;
        save();
        console.log(`${index} of ${count} mutations, ${state.failures.length} failures`);
      }
    });
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      if (code !== 0 && signal !== 'SIGKILL')
        failed(current, { sample: 'process', problem: `ended with ${code ?? signal}` });
      state.next = started ? (current < count ? current + 1 : count) : count;
      resolve();
    });
  });
}

const begin = performance.now();
while (state.next < count) await work();
state.seconds += (performance.now() - begin) / 1000;
save();
console.log(
  `${count} mutations with seed ${values.seed}: ${state.failures.length} failures, ${Math.round(state.seconds)} s`,
);
process.exitCode = state.failures.length > 0 ? 1 : 0;
