import { shown } from '../documents/index.js';
import type { PromptFormat } from './index.js';

export const json: PromptFormat = {
  render: (result) => `${JSON.stringify(result, null, 2)}\n`,
};

export const ndjson: PromptFormat = {
  render: (result) =>
    shown(result)
      .lines.map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
};
