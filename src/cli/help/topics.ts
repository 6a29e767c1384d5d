import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Every topic of `fisher-audit help`, with the question that it answers. Each is a file of that name in src/help. */
export const topics = {
  models: 'Which model files, layers, activations and label distributions are supported?',
  data: 'Which data files are read, and how are images, labels and missing data handled?',
  policy: 'How do I set limits, keep a baseline, compare two models, and follow a training run?',
  ci: 'How do I run a check in GitHub Actions, in other systems, or before a commit?',
  export: 'How do I get the diagonal itself into numpy or safetensors?',
  api: 'Which report formats are there, and how do programs read them or call the tool?',
  method: 'What is computed, which conventions hold, and when are figures estimates?',
  reproduction: 'How do the figures compare with those of the paper?',
  benchmarks: 'How long does an audit take, and how much memory does it need?',
} as const satisfies Record<string, string>;

export type Topic = keyof typeof topics;

export const isTopic = (name: string): name is Topic => Object.hasOwn(topics, name);

/**
 * The Markdown text of a topic. The path is found through the package's own name, because this module is in `src/cli/help`
 * when tests run it, and in `dist` when it is built.
 */
export const readTopic = (topic: Topic): Promise<string> =>
  readFile(join(dirname(packageFile), 'src', 'help', `${topic}.md`), 'utf8');

const packageFile = createRequire(import.meta.url).resolve('fisher-audit/package.json');
