import { basename } from 'node:path';
import { AuditError } from '../../../errors.js';
import type { NetworkInput } from '../../../network/inputs.js';
import type { ArraySource, DatasetFormat } from '../dataset.js';
import { isLabels, sameInput } from '../match-arrays.js';
import type { ShapedColumn } from '../../containers/parquet/column-reader.js';
import { type Column, columnsOf, isNumbers, type NumberColumn } from '../../containers/parquet/columns.js';
import { shapeOfFirstRow } from '../../containers/parquet/first-row.js';
import { type Footer, readFooter } from '../../containers/parquet/footer.js';
import { readRows } from '../../containers/parquet/read-rows.js';
import { type OpenFile, openedFile } from '../../bytes/files.js';
import { readingError } from '../../bytes/reading-errors.js';
import { quoted } from '../../bytes/quoted.js';

/** The names that pandas gives to an index that it writes as a column. */
const PANDAS_INDEX = /^__index_level_\d+__$/;

function noNumbers(label: string, { name, holds }: Exclude<Column, NumberColumn>): AuditError {
  const what = `${label} column ${quoted(name)} holds ${holds}, not numbers`;
  return new AuditError('FA103', { what, fix: 'write the column as numbers, or remove it' });
}

async function shaped(file: OpenFile, footer: Footer, column: NumberColumn): Promise<ShapedColumn> {
  const chunk = footer.groups[0]?.chunks[column.chunk];
  if (column.lists === 0 || chunk === undefined) return { column, shape: [] };
  const where = `${file.label} column ${quoted(column.name)}`;
  const shape = await shapeOfFirstRow(file, chunk, column).catch((error: unknown) => {
    throw readingError(where, error);
  });
  return { column, shape };
}

/** Whether each column is an array for an input, and not a feature of one table. */
function areArrays(columns: readonly Column[], wanted: readonly NetworkInput[]): boolean {
  if (columns.some((column) => isNumbers(column) && column.lists > 0)) return true;
  const isColumn = ({ name, shape }: NetworkInput): boolean =>
    shape.every((size) => size === 1) && columns.some((column) => sameInput(column.name, name));
  return wanted.every(isColumn);
}

/** The columns of numbers. @throws AuditError FA102 for two equal names, FA103 where a column for an input has no numbers */
function arrayColumns(label: string, columns: readonly Column[], wanted: readonly NetworkInput[]): NumberColumn[] {
  const seen = new Set<string>();
  for (const column of columns) {
    if (!isNumbers(column) && wanted.some(({ name }) => sameInput(column.name, name))) throw noNumbers(label, column);
    if (seen.has(column.name))
      throw new AuditError('FA102', {
        what: `${label} has two columns named ${quoted(column.name)}`,
        fix: 'rename one of them',
      });
    seen.add(column.name);
  }
  return columns.filter(isNumbers);
}

/** The columns as features. @throws AuditError FA103 for a column without numbers */
function tableColumns(label: string, columns: readonly Column[]): NumberColumn[] {
  return columns.map((column) => {
    if (isNumbers(column)) return column;
    throw noNumbers(label, column);
  });
}

async function arraysOf(path: string, file: OpenFile, wanted: readonly NetworkInput[]): Promise<ArraySource[]> {
  const { label } = file;
  const footer = await readFooter(file);
  const columns = columnsOf(label, footer).filter(({ name }) => !PANDAS_INDEX.test(name));
  const source = (name: string | null, parts: readonly ShapedColumn[], shape: readonly number[]): ArraySource => ({
    name,
    shape,
    rows: footer.rows,
    chunks: () => readRows(path, footer.groups, parts),
  });
  const byName = async (chosen: readonly NumberColumn[]): Promise<ArraySource[]> => {
    const arrays: ArraySource[] = [];
    for (const column of chosen) {
      const part = await shaped(file, footer, column);
      arrays.push(source(column.name, [part], part.shape));
    }
    return arrays;
  };
  const labels = columns.filter((column) => isLabels(column, wanted));
  const inputs = columns.filter((column) => !labels.includes(column));
  const [first] = inputs;
  if (first === undefined)
    throw new AuditError('FA105', {
      what: `${label} has no columns of inputs`,
      fix: 'give a file with the features in columns, or with a column for each input',
    });
  if (areArrays(inputs, wanted)) {
    return byName([...arrayColumns(label, inputs, wanted), ...labels.filter(isNumbers)]);
  }
  const features = tableColumns(label, inputs).map((column): ShapedColumn => ({ column, shape: [] }));
  return [source(null, features, [features.length]), ...(await byName(labels.filter(isNumbers)))];
}

/**
 * Columns of numbers. They are the features of one input, as in .csv; or each is an array by name, as in .npz, where a
 * column holds lists or the inputs have the names of columns.
 */
export const parquet: DatasetFormat = {
  extensions: ['.parquet'],
  description: 'columns of numbers as features, or of numbers and lists of numbers by input name',
  async open(path, wanted) {
    for await (const file of openedFile(path)) {
      return await arraysOf(path, file, wanted).catch((error: unknown) => {
        throw readingError(file.label, error);
      });
    }
    throw new Error(`${basename(path)} was not opened`);
  },
};
