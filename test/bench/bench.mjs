import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { writeMobileNet, writeWideNetwork } from './random-networks.mjs';

/*
 * `npm run bench`: every figure that the README states, measured on this machine. Whole processes are timed from
 * outside; the engine's rate is compared with that of bare matrix products on the same backend.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'bin/fisher-audit.js');
const fixture = (name) => join(root, 'fixtures', name, 'model.json');
const RUNS = 7;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const seconds = (value) => `${value.toFixed(value < 1 ? 3 : 2)} s`;

/** Wall time and peak resident memory of one run of the command line. */
function once(args) {
  const begin = performance.now();
  const child = spawnSync(
    process.execPath,
    ['--import', new URL('peak-memory.mjs', import.meta.url).href, cli, ...args],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
  if (child.status !== 0) throw new Error(`fisher-audit ${args.join(' ')}: ${child.stderr}`);
  return { seconds: (performance.now() - begin) / 1000, kilobytes: Number(child.output[3]), stdout: child.stdout };
}

function repeat(args, runs = RUNS) {
  const all = Array.from({ length: runs }, () => once(args));
  return {
    seconds: median(all.map((run) => run.seconds)),
    megabytes: Math.max(...all.map((run) => run.kilobytes)) / 1000,
    stdout: all[0].stdout,
  };
}

/** GFLOP/s of a bare product [rows, inner]·[inner, columns], the best of a few. */
function productRate(rows, inner, columns) {
  const [left, right] = [tf.ones([rows, inner]), tf.ones([inner, columns])];
  const times = Array.from({ length: 6 }, () => {
    const begin = performance.now();
    // Nothing is read back: the backend computes at once, and reading would time the copy.
    tf.dispose(tf.matMul(left, right));
    return performance.now() - begin;
  });
  tf.dispose([left, right]);
  return (2 * rows * inner * columns) / Math.min(...times) / 1e6;
}

/** Floating-point operations of an audit, by the tool's own cost interpreter. */
const gigaflop = (args) => (JSON.parse(once(['inspect', ...args, '--json']).stdout).cost.flopsPerInput * 256) / 1e9;

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  return [line(rows[0]), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)].join('\n');
}

const { audit } = await import(join(root, 'dist/index.js'));

/** Seconds of an audit in a process that is warm: engine only. */
async function warm(model, samples) {
  const times = [];
  for (let run = 0; run < RUNS; run++) times.push((await audit({ model, samples })).run.seconds);
  return median(times);
}

const folder = mkdtempSync(join(tmpdir(), 'fisher-audit-bench-'));
const subfolder = (name) => {
  mkdirSync(join(folder, name));
  return join(folder, name);
};
try {
  console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; medians of ${RUNS} runs\n`);
  const wide = writeWideNetwork(subfolder('wide'), [784, 1024, 1024, 1024, 10]);
  const mobile = writeMobileNet(subfolder('mobile'));
  const every = ['--inputs', '64', '--samples', '64', '--parameters', 'all'];
  const digits = join(root, 'fixtures/mnist/dataset.npz');
  const cases = [
    ['--help', ['--help'], RUNS],
    ['mnist (sigmoid), 256 inputs, 64 draws', [fixture('mnist'), '--samples', '64'], RUNS],
    ['  the same, 1 draw', [fixture('mnist'), '--samples', '1'], RUNS],
    ['  the same, 1024 draws', [fixture('mnist'), '--samples', '1024'], RUNS],
    ['mnist-relu, 256 inputs, 64 draws', [fixture('mnist-relu'), '--samples', '64'], RUNS],
    ['784-1024-1024-1024-10 sigmoid, 64 inputs', [wide, digits, '--inputs', '64'], 3],
    ['mnist-lenet-relu, 64 inputs, 64 draws', [fixture('mnist-lenet-relu'), ...every], RUNS],
    ['mnist-lenet-tanh, the same', [fixture('mnist-lenet-tanh'), ...every], RUNS],
    ['mnist-resnet (swish), the same', [fixture('mnist-resnet'), ...every], 3],
    ['mnist-gru, the same', [fixture('mnist-gru'), ...every], 3],
    ['MobileNetV2, 1000 classes, 16 inputs of 224×224×3', [mobile, '--inputs', '16'], 3],
  ];
  const measured = cases.map(([name, args, runs]) => [name, repeat(args, runs)]);
  console.log(
    table([
      ['whole process', 'time', 'peak memory'],
      ...measured.map(([name, run]) => [name, seconds(run.seconds), `${run.megabytes.toFixed(0)} MB`]),
    ]),
  );
  const [one, many] = [measured[2][1].seconds, measured[3][1].seconds];
  console.log(`\n1024 draws take ${(many / one).toFixed(2)}× the time of 1 draw (whole process)`);

  const [warmOne, warmMany] = [await warm(fixture('mnist'), [1]), await warm(fixture('mnist'), [1024])];
  console.log(
    `and ${(warmMany / warmOne).toFixed(2)}× in a warm process (${seconds(warmMany)} against ${seconds(warmOne)})\n`,
  );
  const engine = await warm(fixture('mnist'), [64]);
  const work = gigaflop([fixture('mnist')]);
  const wideWork = gigaflop([wide]) / 4;
  const bare = productRate(16384, 128, 64);
  const large = productRate(4096, 1024, 1024);
  console.log(
    table([
      ['rate', 'GFLOP/s', 'share of bare products'],
      ['wasm matMul [16384, 128]·[128, 64]', bare.toFixed(1), ''],
      ['wasm matMul [4096, 1024]·[1024, 1024]', large.toFixed(1), ''],
      [
        `audit of mnist, warm (${work.toFixed(2)} GFLOP)`,
        (work / engine).toFixed(1),
        `${((100 * work) / engine / bare).toFixed(0)} %`,
      ],
      [
        `audit of the wide network (${wideWork.toFixed(0)} GFLOP), whole process`,
        (wideWork / measured[5][1].seconds).toFixed(1),
        `${((100 * wideWork) / measured[5][1].seconds / large).toFixed(0)} %`,
      ],
    ]),
  );
} finally {
  rmSync(folder, { recursive: true });
}
