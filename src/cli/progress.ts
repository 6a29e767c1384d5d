import { SingleBar } from 'cli-progress';
import { duration } from '../text/format-numbers.js';
import type { Io } from './io.js';

/** A shorter run shows no bar. */
const PATIENCE_MILLISECONDS = 1000;

/** A progress bar on standard error, where that is a terminal and the run takes longer than a moment. */
export class Progress {
  readonly #io: Io;
  readonly #begin = performance.now();
  #bar: SingleBar | null = null;

  constructor(io: Io) {
    this.#io = io;
  }

  update(done: number, total: number): void {
    const elapsed = performance.now() - this.#begin;
    if (!this.#io.stderr.isTTY || elapsed < PATIENCE_MILLISECONDS) return;
    if (this.#bar === null && done >= total) return;
    const rate = ((1000 * done) / elapsed).toPrecision(3);
    const left = duration(Math.ceil((elapsed / 1000) * (total / done - 1)));
    this.#bar ??= this.#start(total);
    this.#bar.update(Math.floor(done), { rate, left });
    // The engine blocks timers, so each update draws the bar itself.
    this.#bar.render();
  }

  stop(): void {
    this.#bar?.stop();
  }

  #start(total: number): SingleBar {
    const bar = new SingleBar({
      format: '{bar} {value}/{total} inputs · {rate} inputs/s · {left} left',
      stream: this.#io.stderr,
      barsize: 24,
      clearOnComplete: true,
      // An interrupted run must not leave a terminal without a cursor.
      hideCursor: false,
      // Nor a terminal that does not wrap lines.
      linewrap: true,
    });
    bar.start(total, 0, { rate: '–', left: '–' });
    return bar;
  }
}
