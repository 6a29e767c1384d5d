import { AuditError } from '../../../errors.js';
import type { ArraySource, DatasetFormat } from '../dataset.js';
import { fileSource, type ByteSource } from '../../bytes/byte-source.js';
import { readLines, type Line } from '../../bytes/lines.js';
import { flattenNested, parseNested, shapeOfNested } from '../nested-arrays.js';
import { sizeOf } from '../../../kernels/kernels.js';
import { quoted } from '../../bytes/quoted.js';
import { rowsPerChunk } from '../../bytes/shapes.js';

type Name = string | null;
type Shapes = ReadonlyMap<Name, readonly number[]>;

function whereOf(source: ByteSource, line: Line, name: Name = null): string {
  return `${source.label} line ${line.number}${name === null ? '' : ` array ${quoted(name)}`}`;
}

/** One row of each array, by name. A line that is not an object is a row of one array without a name. */
function valuesOf(source: ByteSource, line: Line): ReadonlyMap<Name, unknown> {
  const value = parseNested(line.text, whereOf(source, line));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map([[null, value]]);
  return new Map<Name, unknown>(Object.entries(value));
}

async function firstShapes(source: ByteSource): Promise<Shapes> {
  for await (const line of readLines(source)) {
    const shapes = new Map<Name, readonly number[]>();
    for (const [name, value] of valuesOf(source, line)) {
      shapes.set(name, shapeOfNested(value, whereOf(source, line, name)));
    }
    if (shapes.size > 0) return shapes;
    throw new AuditError('FA102', {
      what: `${whereOf(source, line)}: an object without arrays`,
      fix: 'write an object of arrays by input name in each line',
    });
  }
  throw new AuditError('FA105', { what: `${source.label} has no rows`, fix: 'give a file with at least one row' });
}

/** The numbers of each array in one line. @throws AuditError FA102 when names or shapes differ from the first line */
function rowsOf(source: ByteSource, line: Line, shapes: Shapes): ReadonlyMap<Name, Float64Array> {
  const values = valuesOf(source, line);
  const stray = [...values.keys()].find((name) => !shapes.has(name));
  if (stray !== undefined || values.size !== shapes.size) {
    const what = `${whereOf(source, line)}: other arrays than in the first line`;
    throw new AuditError('FA102', { what, fix: 'give every line the same names' });
  }
  const rows = new Map<Name, Float64Array>();
  for (const [name, shape] of shapes) {
    rows.set(name, flattenNested(values.get(name), shape, whereOf(source, line, name)));
  }
  return rows;
}

async function* readChunks(source: ByteSource, shapes: Shapes, name: Name): AsyncGenerator<Float64Array> {
  const rowCount = sizeOf(shapes.get(name) ?? []);
  const size = rowsPerChunk(rowCount) * rowCount;
  let chunk = new Float64Array(size);
  let filled = 0;
  for await (const line of readLines(source)) {
    chunk.set(rowsOf(source, line, shapes).get(name) ?? [], filled);
    filled += rowCount;
    if (filled < size) continue;
    yield chunk;
    chunk = new Float64Array(size);
    filled = 0;
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

/** One row per line: nested arrays, or an object with them by input name. */
export const jsonLines: DatasetFormat = {
  extensions: ['.jsonl', '.ndjson'],
  description: 'one row per line: an array, or an object of arrays by input name',
  async open(path) {
    const source = await fileSource(path);
    const shapes = await firstShapes(source);
    return [...shapes].map(([name, shape]): ArraySource => ({
      name,
      shape,
      rows: null,
      chunks: () => readChunks(source, shapes, name),
    }));
  },
};
