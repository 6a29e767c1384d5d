import { clearInterval, setInterval } from 'node:timers';
import { workerData } from 'node:worker_threads';
import { MAX_CPU_SECONDS } from './limits.mjs';

/* A thread beside a worker, which kills the process when one mutation takes too long: the worker itself cannot notice. */
const current = new Int32Array(workerData);
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
let [seen, since] = [-1, 0];
const watch = setInterval(() => {
  const index = Atomics.load(current, 0);
  if (index === seen && cpuSeconds() - since > MAX_CPU_SECONDS) {
    clearInterval(watch);
    process.kill(process.pid, 'SIGKILL');
  }
  if (index !== seen) [seen, since] = [index, cpuSeconds()];
}, 500);
