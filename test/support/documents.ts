import { readFileSync, readdirSync } from 'node:fs';

/*
 * README and the topics in src/help: their blocks of code and the commands in them, for the tests that run them.
 */

const root = new URL('../../', import.meta.url);

export interface Block {
  readonly language: string;
  readonly text: string;
}

export interface Document {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const readDocument = (path: string): Document => {
  const text = readFileSync(new URL(path, root), 'utf8');
  const blocks = [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, language = '', content = '']) => ({
    language,
    text: content,
  }));
  return { path, text, blocks };
};

/** The files of src/help, in the order of their names. */
export const helpFiles: readonly string[] = readdirSync(new URL('src/help/', root)).sort();
export const readme = readDocument('README.md');
export const topicDocuments = helpFiles.map((name) => readDocument(`src/help/${name}`));
export const documents: readonly Document[] = [readme, ...topicDocuments];
export const topicDocument = (topic: string): Document => readDocument(`src/help/${topic}.md`);

/** The only block of that language. */
export function blockOf({ path, blocks }: Document, language: string): string {
  const found = blocks.filter((block) => block.language === language);
  if (found.length !== 1) throw new Error(`${path} has ${found.length} blocks of ${language}`);
  return found[0]?.text ?? '';
}

/** A line of a shell block that runs the tool, perhaps with its output piped into jq. */
export interface CommandLine {
  readonly line: string;
  readonly args: readonly string[];
  readonly jq: { readonly flags: readonly string[]; readonly filter: string } | null;
}

/** Words of a shell; quotes may only surround a whole word. Comments are left out. */
const wordsOf = (line: string): string[] =>
  [...line.replace(/(^| )# .*$/, '').matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);

export function commandLineOf(line: string): CommandLine {
  const words = wordsOf(line.trim().replace(/^npx /, ''));
  const pipe = words.indexOf('|');
  const [name, ...args] = pipe < 0 ? words : words.slice(0, pipe);
  if (name !== 'fisher-audit') throw new Error(`not a line that runs fisher-audit: ${line}`);
  if (pipe < 0) return { line, args, jq: null };
  const [program, ...rest] = words.slice(pipe + 1);
  if (program !== 'jq') throw new Error(`not a pipe into jq: ${line}`);
  return { line, args, jq: { flags: rest.slice(0, -1), filter: rest.at(-1) ?? '' } };
}

/** The lines of a block of shell. */
export const commandLinesOf = (block: Block): CommandLine[] =>
  block.text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(commandLineOf);

/** Output that a document quotes, with the last command of the shell block before it. */
export interface QuotedOutput {
  readonly path: string;
  readonly command: CommandLine;
  readonly output: string;
}

export const quotedOutputs: readonly QuotedOutput[] = documents.flatMap(({ path, blocks }) =>
  blocks.flatMap((block, k) => {
    const before = blocks[k - 1];
    if (block.language !== 'text') return [];
    if (before?.language !== 'sh') throw new Error(`${path}: a block of text that does not follow a command`);
    const command = commandLinesOf(before).at(-1);
    return command === undefined ? [] : [{ path, command, output: block.text }];
  }),
);
