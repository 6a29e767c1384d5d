import { AuditError } from '../../errors.js';
import type { ByteSource } from './byte-source.js';

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

/** Bytes of the longest line, so that a damaged file without line ends does not fill the memory. */
const LINE_LIMIT = 2 ** 26;
const LINE_FEED = 0x0a;

/** Whole lines of bytes, without their line feeds. */
async function* byteLines(source: ByteSource): AsyncGenerator<Buffer> {
  let rest: Uint8Array[] = [];
  let length = 0;
  for await (const part of source.stream()) {
    let start = 0;
    for (let end = part.indexOf(LINE_FEED); end >= 0; end = part.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...rest, part.subarray(start, end)]);
      start = end + 1;
      rest = [];
      length = 0;
    }
    rest.push(part.subarray(start));
    length += part.length - start;
    if (length > LINE_LIMIT) {
      throw new AuditError('FA100', {
        what: `${source.label}: a line is longer than ${LINE_LIMIT} bytes`,
        fix: 'write one row per line, or use .npy for large rows',
      });
    }
  }
  yield Buffer.concat(rest);
}

/** The lines of a text file without blank ones. @throws AuditError FA100, also for a line of more than 64 MiB */
export async function* readLines(source: ByteSource): AsyncGenerator<Line> {
  let number = 0;
  for await (const bytes of byteLines(source)) {
    number += 1;
    const text = bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trim();
    if (text !== '') yield { number, text };
  }
}
