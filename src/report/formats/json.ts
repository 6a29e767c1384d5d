import type { SynchronousFormat } from '../report-format.js';
import { presentationOf } from '../documents/index.js';

export const json: SynchronousFormat = {
  render: (result) => `${JSON.stringify(result, null, 2)}\n`,
};

export const ndjson: SynchronousFormat = {
  render: (result) =>
    presentationOf(result)
      .lines.map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
};
