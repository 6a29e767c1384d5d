import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/cli/help/render-markdown.js';

const plain = (text: string, width = 40): string[] =>
  renderMarkdown(text, { width, colour: false }).trimEnd().split('\n');

describe('Markdown on a terminal', () => {
  it('wraps paragraphs and list items, and indents their further lines', () => {
    expect(plain('one two three four\nfive\n\n1. six seven eight\n2. nine', 12)).toEqual([
      'one two',
      'three four',
      'five',
      '',
      '1. six seven',
      '   eight',
      '2. nine',
    ]);
  });

  it('indents code and keeps its lines', () => {
    expect(plain('```sh\na  long  line\n\nb\n```', 5)).toEqual(['    a  long  line', '', '    b']);
  });

  it('keeps short code spans on one line', () => {
    expect(plain('so `--inputs all` it is', 16)).toEqual(['so', '`--inputs all`', 'it is']);
  });

  it('shows the command of another topic, and the address of a page', () => {
    expect(plain('[policy](policy.md), [jq](https://jqlang.org) and [a file](../../a.md)', 200)).toEqual([
      'policy (fisher-audit help policy), jq (https://jqlang.org) and a file',
    ]);
  });

  it('wraps the cells of a table that is too wide, and aligns numbers', () => {
    expect(plain('| name | n |\n| --- | --: |\n| one two three | 7 |\n| four | 12 |', 13)).toEqual([
      'name        n',
      '---------  --',
      'one two     7',
      'three',
      'four       12',
    ]);
  });

  it('shows the rows of a table as records where words do not fit side by side', () => {
    expect(plain('| name | what |\n| --- | --- |\n| extraordinary | incomprehensible |\n| a | b |', 20)).toEqual([
      'name: extraordinary',
      'what:',
      '  incomprehensible',
      '',
      'name: a',
      'what: b',
    ]);
  });

  it('ends colours with each line', () => {
    const text = renderMarkdown('**one two three four** `a b c`', { width: 8, colour: true });
    const escape = String.fromCharCode(27);
    for (const line of text.trimEnd().split('\n')) {
      expect(line.split(`${escape}[`).length % 2).toBe(1);
      expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(8);
    }
  });
});
