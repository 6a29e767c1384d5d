import { Chalk, type ChalkInstance } from 'chalk';
import { type Token, type Tokens, lexer } from 'marked';
import { wrap } from '../../report/text-table.js';
import { tableLines } from './terminal-table.js';

/*
 * Markdown as text of a terminal. The topics use headings, paragraphs, lists, tables, code, links and pictures; other
 * elements of Markdown have no rule here, and a test checks that no topic has them.
 */

/** A code span up to this length is not broken across lines. */
const UNBROKEN = 30;
const NO_BREAK = '\u00a0';
const CODE_INDENT = '    ';

/**
 * @param width columns that text is wrapped to; lines of code keep their length
 * @param colour whether marks of Markdown (# and `) are replaced by bold and coloured text
 */
export function renderMarkdown(text: string, { width, colour }: { width: number; colour: boolean }): string {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return `${blockLines(lexer(text), width, chalk).join('\n').replaceAll(NO_BREAK, ' ')}\n`;
}

const wrapped = (text: string, width: number): string[] => wrap(text, width).split('\n');

/** Blocks with an empty line between them. */
function blockLines(tokens: readonly Token[], width: number, chalk: ChalkInstance): string[] {
  const blocks = tokens.map((token) => linesOf(token, width, chalk)).filter((lines) => lines.length > 0);
  return blocks.flatMap((lines, k) => (k === 0 ? lines : ['', ...lines]));
}

function linesOf(token: Token, width: number, chalk: ChalkInstance): string[] {
  const inline = (tokens: readonly Token[] | undefined): string => inlineText(tokens ?? [], chalk);
  switch (token.type) {
    case 'heading': {
      const { depth, tokens } = token as Tokens.Heading;
      if (chalk.level === 0) return wrapped(`${'#'.repeat(depth)} ${inline(tokens)}`, width);
      return wrapped(byWord(inline(tokens), chalk.bold), width);
    }
    case 'paragraph':
    case 'text':
      return wrapped(inline((token as Tokens.Paragraph).tokens), width);
    case 'code':
      return (token as Tokens.Code).text.split('\n').map((line) => (line === '' ? '' : CODE_INDENT + line));
    case 'list':
      return (token as Tokens.List).items.flatMap((item, k) => itemLines(item, token as Tokens.List, k, width, chalk));
    case 'table':
      return markdownTable(token as Tokens.Table, width, chalk);
    default:
      // Empty lines and comments.
      return [];
  }
}

function markdownTable({ header, rows, align }: Tokens.Table, width: number, chalk: ChalkInstance): string[] {
  const table = {
    head: header.map((cell) => byWord(inlineText(cell.tokens, chalk), chalk.bold)),
    rows: rows.map((row) => row.map((cell) => inlineText(cell.tokens, chalk))),
    align: align.map((side) => (side === 'right' ? side : 'left')),
    ruled: chalk.level === 0,
  };
  return tableLines(table, width);
}

function itemLines(
  { tokens }: Tokens.ListItem,
  { ordered, start }: Tokens.List,
  place: number,
  width: number,
  chalk: ChalkInstance,
): string[] {
  const mark = ordered ? `${(start || 1) + place}. ` : '- ';
  const lines = tokens.flatMap((token) => linesOf(token, width - mark.length, chalk));
  return lines.map((line, k) => (k === 0 ? mark : ' '.repeat(mark.length)) + line);
}

/** Text of one line, with single spaces. */
const inlineText = (tokens: readonly Token[], chalk: ChalkInstance): string =>
  tokens
    .map((token) => spanOf(token, chalk))
    .join('')
    .replace(/[ \n]+/g, ' ');

function spanOf(token: Token, chalk: ChalkInstance): string {
  const inner = (): string => inlineText((token as { tokens?: Token[] }).tokens ?? [], chalk);
  switch (token.type) {
    case 'codespan': {
      const { text } = token as Tokens.Codespan;
      const code = chalk.level === 0 ? `\`${text}\`` : text;
      return byWord(text.length <= UNBROKEN ? code.replaceAll(' ', NO_BREAK) : code, chalk.cyan);
    }
    case 'strong':
      return byWord(inner(), chalk.bold);
    case 'em':
      return byWord(inner(), chalk.italic);
    case 'link':
      return inner() + target((token as Tokens.Link).href, inner());
    case 'image':
      return `[picture: ${(token as Tokens.Image).text}]`;
    case 'html':
      return '';
    default:
      return (token as Tokens.Text).text;
  }
}

/** What follows the text of a link: the command for another topic, or an address. Files are named by the text itself. */
function target(href: string, text: string): string {
  const topic = /^(\w+)\.md$/.exec(href)?.[1];
  if (topic !== undefined) return ` (fisher-audit help ${topic})`;
  return /^https?:/.test(href) && href !== text ? ` (${href})` : '';
}

/** Colours end with each word, so that they do not run over the end of a line into the next column. */
const byWord = (text: string, style: (word: string) => string): string =>
  text
    .split(' ')
    .map((word) => (word === '' ? '' : style(word)))
    .join(' ');
