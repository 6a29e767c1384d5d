import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { lexer, walkTokens } from 'marked';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.js';
import { page } from '../../../src/cli/help/page.js';
import { isTopic, topics } from '../../../src/cli/help/topics.js';
import { helpFiles, readme, topicDocuments } from '../../support/documents.js';
import { run } from '../../support/terminal.js';

const names = Object.keys(topics);
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[`);

describe('topics', () => {
  it('are the files of src/help', () => {
    expect(helpFiles).toEqual(names.map((name) => `${name}.md`).sort());
  });

  it('are linked in README, with their questions', () => {
    const rows = [...readme.text.matchAll(/^\| \[(\w+)\]\(src\/help\/(\w+)\.md\) +\| (.*?) +\|$/gm)];
    expect(rows.map(([, title, file, question]) => [title, file, question])).toEqual(
      Object.entries(topics).map(([name, question]) => [name, name, question]),
    );
  });

  it.each(topicDocuments)('$path uses only the Markdown that help renders', ({ text }) => {
    const rendered = ['heading', 'paragraph', 'text', 'code', 'list', 'list_item', 'table', 'space'];
    const inline = ['codespan', 'strong', 'em', 'link', 'image', 'escape'];
    void walkTokens(lexer(text), ({ type }) => expect([...rendered, ...inline]).toContain(type));
  });
});

describe('help', () => {
  it('lists every topic with its question, and every command with what it does', async () => {
    const { stdout, status } = await run(['help'], { env: { COLUMNS: '200' } });
    expect(status).toBe(0);
    for (const [name, question] of Object.entries(topics)) {
      expect(stdout).toMatch(new RegExp(`^\`${name}\` +${question.replace('?', '\\?')}$`, 'm'));
    }
    for (const name of Object.keys(commands)) expect(stdout).toMatch(new RegExp(`^\`${name}\` +\\S`, 'm'));
  });

  it.each(names)('%s fits into 60 columns of a pipe, apart from code, and has no colours', async (name) => {
    const { stdout, stderr, status } = await run(['help', name], { env: { COLUMNS: '60' } });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^# \S/);
    expect(stdout).not.toMatch(COLOUR);
    for (const line of stdout.split('\n')) {
      // A code span, a path or an address that is longer has a line of its own.
      if (!line.startsWith('    ') && line.trim().includes(' ')) expect(line.length, line).toBeLessThanOrEqual(60);
    }
  });

  it.each(names)('%s shows the same words on a terminal, with colours', async (name) => {
    const plain = (await run(['help', name], { env: { COLUMNS: '80' } })).stdout;
    const { stdout } = await run(['help', name], { columns: 80 });
    expect(stdout).toMatch(COLOUR);
    const words = (text: string): string => stripVTControlCharacters(text).replace(/[`#\s]|---+/g, '');
    expect(words(stdout)).toBe(words(plain));
    const uncoloured = await run(['help', name, '--no-color'], { columns: 80 });
    expect(uncoloured.stdout).toBe(plain);
  });

  it.each(Object.keys(commands).filter((name) => !isTopic(name)))(
    '%s shows the options of the command',
    async (name) => {
      const help = await run(['help', name]);
      expect(help).toEqual(await run([...(name === 'audit' ? [] : [name]), '--help']));
      expect(help.stdout).toMatch(/^Usage: fisher-audit/);
    },
  );

  it('help export prints the topic, and says where the options are', async () => {
    expect((await run(['help', 'export'])).stdout).toContain('fisher-audit export --help');
  });

  it('an unknown topic is an error that names the topics and the nearest name', async () => {
    const { status, stdout, stderr } = await run(['help', 'modles']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^FA401 help: .*modles · did you mean models\?/);
    for (const name of [...names, ...Object.keys(commands)]) expect(stderr).toContain(name);
    expect((await run(['help', 'entirely-unlike'])).stderr).not.toContain('did you mean');
  });
});

describe.skipIf(process.platform === 'win32')('paging', () => {
  let folder = '';
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'fisher-audit-help-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What was written to standard output, by a terminal of so many rows and a pager. */
  async function written(text: string, PAGER: string, rows?: number): Promise<string> {
    let stdout = '';
    const write = (chunk: string, done: () => void): void => {
      stdout += chunk;
      done();
    };
    const terminal = { write, isTTY: rows !== undefined, ...(rows !== undefined && { rows }) };
    await page(text, { stdout: terminal, stderr: terminal, env: { ...process.env, PAGER } } as never);
    return stdout;
  }

  it('a text longer than the terminal goes through the pager, which may have options', async () => {
    const file = join(folder, 'paged');
    expect(await written('a\nb\nc\n', `cat - > ${file}`, 3)).toBe('');
    expect(readFileSync(file, 'utf8')).toBe('a\nb\nc\n');
  });

  it.each([
    ['a short text', 'cat', 4],
    ['without a terminal', 'cat', undefined],
    ['with an empty $PAGER', '', 3],
    ['with a pager that does not exist', 'no-such-pager 2>/dev/null', 3],
  ])('%s is written directly', async (_, pager, rows) => {
    expect(await written('a\nb\nc\n', pager, rows)).toBe('a\nb\nc\n');
  });

  it('a pager that ends early is no error', async () => {
    expect(await written('line\n'.repeat(100_000), 'true', 3)).toBe('');
  });
});
