/*
 * Parquet files are read by our own code, for two reasons. hyparquet, the usual reader in JavaScript, trusts the file:
 * a Snappy literal of negative length makes it loop for ever, and one run can unroll to 2^30 values. It also decodes a
 * column of lists as a whole. Here memory holds one window of rows and one page, no length is trusted before it is
 * checked, and pages after the requested rows are not read. Only decompression comes from others: Snappy, Zstandard and
 * LZ4 from hyparquet-compressors, gzip and brotli from Node.
 *
 * Where all rows have one shape and no value is missing, a column of nested lists is a plain sequence of numbers. So the
 * levels of the lists are only compared with what that shape gives. The modules in the order of the data:
 *   footer (thrift)            schema, row groups and where the columns are
 *   columns, value-types       which columns hold numbers, and how they are stored
 *   first-row                  the shape of a row
 *   read-rows, column-reader   windows of rows
 *   pages, unpack              headers, levels and decompression of pages
 *   page-values, bits          encodings of values
 */
import * as z from 'zod';
import { AuditError } from '../../../errors.js';
import type { OpenFile } from '../../bytes/files.js';
import { type ThriftStruct, readThrift } from './thrift.js';
import { issueWords } from '../../../text/check-value.js';

/** A node of the schema: a leaf with a type, or a group with children. */
export interface SchemaElement {
  readonly name: string;
  /** The physical type of a leaf; null for groups. */
  readonly type: number | null;
  /** Bytes of a value of fixed length. */
  readonly typeLength: number;
  /** 0 required, 1 optional, 2 repeated. */
  readonly repetition: number;
  readonly children: number;
  readonly converted: number | null;
  /** The scale of decimals in the older notation. */
  readonly scale: number;
  /** What the values mean: a union, of which one field is set. */
  readonly logical: ThriftStruct;
}

/** The values of one column in one row group: bytes `start` to `end` of the file. */
export interface ColumnChunk {
  readonly type: number;
  readonly codec: number;
  readonly values: number;
  readonly start: number;
  readonly end: number;
}

export interface RowGroup {
  readonly rows: number;
  /** One for each leaf of the schema, in its order. */
  readonly chunks: readonly ColumnChunk[];
}

export interface Footer {
  readonly rows: number;
  readonly schema: readonly SchemaElement[];
  /** Without groups that have no rows. */
  readonly groups: readonly RowGroup[];
}

/** Bytes of the largest footer that is read; thousands of columns in hundreds of row groups need less. */
const FOOTER_LIMIT = 2 ** 25;
const MAGIC = 'PAR1';
const ENCRYPTED = 'PARE';
/** Bytes at both ends: the magic word at the start; the length of the footer and the magic word at the end. */
const ENDS = { start: 4, end: 8 };

const count = z.number().int().nonnegative();
const struct = z.custom<ThriftStruct>((value) => typeof value === 'object' && !ArrayBuffer.isView(value));
const text = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('utf8'));

// The keys are the field numbers of parquet.thrift.
const schemaElement = z
  .object({
    1: count.optional(),
    2: count.default(0),
    3: count.max(2).default(0),
    4: text,
    5: count.default(0),
    6: count.optional(),
    7: count.default(0),
    10: struct.default({}),
  })
  .transform((field): SchemaElement => ({
    name: field[4],
    type: field[1] ?? null,
    typeLength: field[2],
    repetition: field[3],
    children: field[5],
    converted: field[6] ?? null,
    scale: field[7],
    logical: field[10],
  }));

const columnChunk = z
  .object({
    1: z.undefined('its numbers are in another file').optional(),
    3: z.object({ 1: count, 4: count, 5: count, 7: count, 9: count, 11: count.default(0) }, 'it is encrypted'),
    8: z.undefined('it is encrypted').optional(),
  })
  .transform(({ 3: { 1: type, 4: codec, 5: values, 7: bytes, 9: data, 11: dictionary } }): ColumnChunk => {
    // Some writers store 0 where there is no dictionary.
    const start = dictionary > 0 ? Math.min(dictionary, data) : data;
    return { type, codec, values, start, end: start + bytes };
  });

const rowGroup = z
  .object({ 1: z.array(columnChunk), 3: count })
  .transform(({ 1: chunks, 3: rows }): RowGroup => ({ chunks, rows }));

const fileMetadata = z
  .object({ 2: z.array(schemaElement).min(1), 3: count, 4: z.array(rowGroup) })
  // The columns of row groups without rows have no pages.
  .transform(({ 2: schema, 3: rows, 4: all }): Footer => {
    return { schema, rows, groups: all.filter((group) => group.rows > 0) };
  });

export function damaged(label: string, why: string, options?: ErrorOptions): AuditError {
  return new AuditError(
    'FA102',
    { what: `${label} is not a readable Parquet file`, why, fix: 'write the file again' },
    options,
  );
}

/** @throws AuditError FA102 when rows or positions contradict each other */
function checkFooter({ label, size }: OpenFile, { rows, groups }: Footer): void {
  const inGroups = groups.reduce((sum, group) => sum + group.rows, 0);
  if (inGroups !== rows)
    throw damaged(label, `its row groups have ${inGroups} rows in all, but the file declares ${rows}`);
  const chunks = groups.flatMap((group) => group.chunks);
  if (chunks.some(({ start, end }) => start < ENDS.start || end > size - ENDS.end || start > end))
    throw damaged(label, 'its columns point beyond its end');
}

async function footerBytes(file: OpenFile): Promise<Buffer> {
  const { label, size } = file;
  if (size < ENDS.start + ENDS.end) throw damaged(label, 'it is too short');
  const first = (await file.read(0, ENDS.start)).toString('latin1');
  const end = await file.read(size - ENDS.end, ENDS.end);
  const last = end.toString('latin1', 4);
  if (first === ENCRYPTED || last === ENCRYPTED)
    throw new AuditError('FA100', { what: `${label} is encrypted`, fix: 'write the file without encryption' });
  if (first !== MAGIC || last !== MAGIC) throw damaged(label, 'it does not start and end with PAR1');
  const length = end.readUInt32LE(0);
  if (length > size - ENDS.start - ENDS.end) throw damaged(label, `its footer has ${length} bytes, more than the file`);
  if (length > FOOTER_LIMIT) {
    const what = `${label} has a footer of ${length} bytes, and at most ${FOOTER_LIMIT} are read`;
    throw new AuditError('FA100', { what, fix: 'write the file with larger row groups or fewer columns' });
  }
  return file.read(size - ENDS.end - length, length);
}

/**
 * The footer of a Parquet file, which describes its columns. No numbers are read.
 * @throws AuditError FA100 when the file is encrypted or its footer too large, FA102 when it is damaged
 */
export async function readFooter(file: OpenFile): Promise<Footer> {
  const bytes = await footerBytes(file);
  const footer = parse(file.label, bytes);
  checkFooter(file, footer);
  return footer;
}

function parse(label: string, bytes: Buffer): Footer {
  const parsed = fileMetadata.safeParse(fieldsOf(label, bytes), { error: issueWords });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(label, `its footer is invalid at ${issue?.path.join('.')}: ${issue?.message}`);
}

function fieldsOf(label: string, bytes: Buffer): ThriftStruct {
  try {
    return readThrift(bytes).fields;
  } catch (error) {
    throw damaged(label, `its footer is invalid: ${(error as Error).message}`, { cause: error });
  }
}
