import { type OpenFile, openedFile } from '../../bytes/files.js';
import { readingError } from '../../bytes/reading-errors.js';
import { sizeOf } from '../../../kernels/kernels.js';
import { quoted } from '../../bytes/quoted.js';
import { ColumnReader, type RowRange, type ShapedColumn } from './column-reader.js';
import type { RowGroup } from './footer.js';

/**
 * Numbers in a window of rows. A page holds more rows of its column than a window, so it is unpacked again for each
 * window. The first window is small because mostly few rows are needed.
 */
const FIRST_WINDOW = 2 ** 19;
const LARGEST_WINDOW = 2 ** 23;

/** Windows of rows; each of them is within one row group. `width` is the count of numbers in a row. */
function* windowsOf(groups: readonly RowGroup[], width: number): Generator<RowRange> {
  let numbers = FIRST_WINDOW;
  let before = 0;
  for (const group of groups) {
    for (let first = 0; first < group.rows;) {
      const count = Math.min(group.rows - first, Math.max(1, Math.floor(numbers / width)));
      yield { group, before, first, count };
      first += count;
      numbers = Math.min(2 * numbers, LARGEST_WINDOW);
    }
    before += group.rows;
  }
}

async function* rowsOf(
  file: OpenFile,
  groups: readonly RowGroup[],
  columns: readonly ShapedColumn[],
): AsyncGenerator<Float64Array> {
  const sizes = columns.map(({ shape }) => sizeOf(shape));
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const readers = columns.map((column) => new ColumnReader(file, column));
  for (const rows of windowsOf(groups, width)) {
    const into = new Float64Array(rows.count * width);
    let offset = 0;
    for (const [i, reader] of readers.entries()) {
      await reader.read(rows, { into, width, offset }).catch((error: unknown) => {
        throw readingError(`${file.label} column ${quoted(columns[i]?.column.name ?? '')}`, error);
      });
      offset += sizes[i] ?? 0;
    }
    yield into;
  }
}

/**
 * The rows of these columns side by side, one window at a time. Memory holds one window and one page, and pages after
 * the last requested row are not read.
 * @throws AuditError FA102 when the file is damaged, FA103 for nulls and numbers that are not finite
 */
export async function* readRows(
  path: string,
  groups: readonly RowGroup[],
  columns: readonly ShapedColumn[],
): AsyncGenerator<Float64Array> {
  for await (const file of openedFile(path)) yield* rowsOf(file, groups, columns);
}
