import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * `npm run quote-output`: writes real output into README and the topics. A block of text shows the output of the last
 * command of the shell block before it. readme.test.ts checks the same blocks.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = ['README.md', ...readdirSync(`${root}src/help`).map((name) => `src/help/${name}`)];
const quoted = /(^```sh\n(?:.*\n)*?)(npx fisher-audit .*)\n```\n\n```text\n[^]*?```$/gm;

function output(command) {
  const args = command
    .replace(/ +# .*$/, '')
    .split(' ')
    .slice(2);
  // As in the test: the native backend would give other last digits, and a pipe has 80 columns.
  const env = { ...process.env, COLUMNS: '80', NO_COLOR: '1' };
  const tool = [`${root}bin/fisher-audit.js`, ...args, '--backend', 'wasm'];
  return execFileSync(process.execPath, tool, { cwd: root, env, encoding: 'utf8' });
}

/** Measured times differ from run to run, and so do the places where lines break. */
const steady = (text) => text.replace(/\s+/g, ' ').replace(/Measured time: .*? in total/, '…');

for (const path of documents) {
  const text = readFileSync(root + path, 'utf8');
  const renewed = text.replace(
    quoted,
    (_, before, command) => `${before}${command}\n\`\`\`\n\n\`\`\`text\n${output(command)}\`\`\``,
  );
  if (steady(renewed) !== steady(text)) writeFileSync(root + path, renewed);
}
