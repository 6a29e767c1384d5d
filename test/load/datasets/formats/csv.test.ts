import { describe, expect, it } from 'vitest';
import { openDataset } from '../../../../src/load/datasets/open-dataset.js';
import { counting, messageOf, plain, readValues, temporaryFolder, wants } from '../../../support/files/data-files.js';

const { write } = temporaryFolder();

const csv = (text: string): string => write('x.csv', text);

describe('.csv', () => {
  it.each([
    ['plain', '1,2\n3,4\n'],
    ['without a last line feed', '1,2\n3,4'],
    ['with a header', 'a,b\n1,2\n3,4\n'],
    ['with a header that is partly numbers', 'a,2\n1,2\n3,4\n'],
    ['with quotes and spaces', '"1", 2\n 3 ,"4"\n'],
    ['with empty lines', '\n1,2\n\n \n3,4\n\n'],
    ['with Windows line ends', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['with a byte order mark', '\uFEFF1,2\n3,4\n'],
    ['with other notations', '+1.0,2e0\n.3E+1,4.\n'],
  ])('reads numbers %s', async (_, text) => {
    expect(await readValues(csv(text), wants(2))).toEqual([1, 2, 3, 4]);
  });

  it('does not state the number of rows', async () => {
    expect((await openDataset(csv('1\n2\n'), wants(1), plain)).available).toBeNull();
  });

  it('names the line and column of text that is not a number', async () => {
    const rows = counting(55)
      .map(() => '1,2,3')
      .join('\n');
    expect(await messageOf('FA103', csv(`a,b,c\n${rows}\n1,2,n/a\n`), wants(3))).toBe(
      'x.csv line 57, column 3: "n/a" is not a number · fill in a number, or remove the row',
    );
    expect(await messageOf('FA103', csv('1,2\n\n3,\n'), wants(2))).toBe(
      'x.csv line 3, column 2: an empty cell is not a number · fill in a number, or remove the row',
    );
    expect(await messageOf('FA103', csv('1,1e999\n'), wants(2))).toContain('line 1, column 2: "1e999"');
    expect(await messageOf('FA103', csv('1,2\n0x10,2\n'), wants(2))).toContain('"0x10" is not a number');
    expect(await messageOf('FA103', csv('1\n\u001b[31mred\n'), wants(1))).toContain('"\\u{1b}[31mred"');
    for (const separator of [';', '\t', '  ']) {
      const text = `1${separator}2\n`;
      expect(await messageOf('FA102', csv(text), wants(1))).toContain('cells must be separated by commas');
    }
    expect(await readValues(csv('petal width (cm)\n1\n2\n'), wants(1))).toEqual([1, 2]);
  });

  it.each(['nan,1', 'NA,1', ',1', '1,-Infinity', 'null,1'])(
    'reads %s as a row with a missing number, not as a header',
    async (row) => {
      expect(await messageOf('FA103', csv(`${row}\n1,2\n`), wants(2))).toContain('x.csv line 1');
    },
  );

  it('names the line of a row of another length', async () => {
    expect(await messageOf('FA102', csv('1,2\n3,4\n5\n'), wants(2))).toContain(
      'x.csv line 3: the number of cells is 1, but 2 in the first row',
    );
    expect(await messageOf('FA102', csv('a,b\n3,4,5\n'), wants(2))).toContain(
      'x.csv line 2: the number of cells is 3, but 2 in the first row',
    );
  });

  it.each(['', '\n\n', 'a,b\n', '\uFEFF'])('refuses a file without rows: %j', async (text) => {
    expect(await messageOf('FA105', csv(text), wants(2))).toContain('x.csv has no rows');
  });

  it('refuses quotes that do not match', async () => {
    expect(await messageOf('FA102', csv('1,2\n"3,4\n'), wants(2))).toContain('quotes do not match');
    expect(await messageOf('FA102', csv('1,2\n"3"4,4\n'), wants(2))).toContain('x.csv line 2');
  });

  it('suggests removing the label column', async () => {
    expect(await messageOf('FA104', csv('1,2,0\n'), wants(2))).toContain('remove the column');
    expect(await messageOf('FA104', csv('a,b,kind\n1,2,0\n'), wants(2))).toContain('remove the column');
  });

  it('recognises label columns by name, unless the model needs all columns', async () => {
    expect(await readValues(csv('a,Label,b\n1,9,2\n3,9,4\n'), wants(2))).toEqual([1, 2, 3, 4]);
    expect(await readValues(csv('label,a,b\ncat,1,2\n'), wants(2))).toEqual([1, 2]);
    expect(await readValues(csv('x,y\n1,2\n3,4\n'), wants(2))).toEqual([1, 2, 3, 4]);
    expect(await readValues(csv('y\n1\n3\n'), wants(null))).toEqual([1, 3]);
    expect(await messageOf('FA103', csv('a,y,b\n1,0,2\n3,0,no\n'), wants(2))).toContain('line 3, column 3');
  });
});
