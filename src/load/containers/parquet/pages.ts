import { Unsupported } from '../../bytes/reading-errors.js';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import type { OpenFile } from '../../bytes/files.js';
import type { NumberColumn } from './columns.js';
import type { ColumnChunk } from './footer.js';
import { readThrift } from './thrift.js';
import { unpacked } from './unpack.js';
import { issueWords } from '../../../text/check-value.js';

/** Bytes of the longest page header; headers of pages of numbers have less than 100. */
const HEADER_LIMIT = 2 ** 16;
/** Bytes of the largest unpacked page. Writers make pages of 1 MB, or at most one page for a row group. */
const PAGE_LIMIT = 2 ** 28;
/** The largest number of values in a page. */
const VALUES_LIMIT = 2 ** 26;
/** The largest number of consecutive pages without values, of which pyarrow writes some. */
const MOST_EMPTY = 100;
/** Bytes of a page beside its values: levels and lengths before them, padding after them. */
const SLACK = 2 ** 16;

const count = z.number().int().nonnegative();
const pageHeader = z.object({
  1: count,
  2: count.max(PAGE_LIMIT, `a page of more than ${PAGE_LIMIT} bytes`),
  3: count,
  4: z.number().int().optional(),
  5: z.object({ 1: count, 2: count, 3: count, 4: count }).optional(),
  7: z.object({ 1: count, 2: count }).optional(),
  8: z.object({ 1: count, 4: count, 5: count, 6: count, 7: z.boolean().default(true) }).optional(),
});
type PageHeader = z.output<typeof pageHeader>;

const DATA = 0;
const DICTIONARY = 2;
const DATA_V2 = 3;
/** The encoding of levels. No writer uses the older one any more. */
const RUN_LENGTHS = 3;

const NONE = new Uint8Array(0);

/** A page of a column chunk whose header was read, but not its body. */
export interface Page {
  readonly isDictionary: boolean;
  readonly values: number;
  readonly encoding: number;
  /** Where the next page starts. */
  readonly next: number;
  readonly header: PageHeader;
  readonly bodyStart: number;
}

/** An unpacked page: the repetition and definition levels of all values, and the values that are present. */
export interface PageBody {
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  readonly values: Uint8Array;
}

function kindOf(header: PageHeader): Pick<Page, 'isDictionary' | 'values' | 'encoding'> {
  const { 1: type, 5: data, 7: dictionary, 8: dataV2 } = header;
  if (type === DATA && data) return { isDictionary: false, values: data[1], encoding: data[2] };
  if (type === DATA_V2 && dataV2) return { isDictionary: false, values: dataV2[1], encoding: dataV2[4] };
  if (type === DICTIONARY && dictionary) return { isDictionary: true, values: dictionary[1], encoding: dictionary[2] };
  throw new Error(`a page has type ${type}, which holds no values`);
}

/**
 * The first page with values at or after this byte of the file.
 * @throws Error when there is none, or when its header declares more than its bytes can hold
 */
export async function pageAt(file: OpenFile, start: number, chunk: ColumnChunk, column: NumberColumn): Promise<Page> {
  let page = await anyPageAt(file, start, chunk, column);
  for (let empty = 0; page.values === 0 && !page.isDictionary; empty++) {
    if (empty === MOST_EMPTY) throw new Unsupported('it has too many pages without values');
    page = await anyPageAt(file, page.next, chunk, column);
  }
  return page;
}

async function anyPageAt(file: OpenFile, start: number, chunk: ColumnChunk, column: NumberColumn): Promise<Page> {
  if (start >= chunk.end) throw new Error('it has fewer values than its header says');
  const { fields, end } = readThrift(await file.read(start, Math.min(HEADER_LIMIT, chunk.end - start)));
  const parsed = pageHeader.safeParse(fields, { error: issueWords });
  if (!parsed.success) throw new Error(`a page header is invalid: ${parsed.error.issues[0]?.message}`);
  const header = parsed.data;
  const kind = kindOf(header);
  const bodyStart = start + end;
  const next = bodyStart + header[3];
  if (next > chunk.end) throw new Error('a page reaches beyond the end of its column');
  if (kind.isDictionary && start !== chunk.start) throw new Error('a dictionary follows the first page');
  if (kind.values > VALUES_LIMIT)
    throw new Unsupported(`a page has ${kind.values} values, more than ${VALUES_LIMIT}: write smaller row groups`);
  if (header[2] > SLACK + kind.values * (16 + column.type.bytes))
    throw new Error(`a page of ${kind.values} values has ${header[2]} bytes, which are too many`);
  return { ...kind, next, header, bodyStart };
}

/** @throws Error when the page has a checksum that does not match its bytes */
async function packedBytes(file: OpenFile, { header, bodyStart, next }: Page): Promise<Buffer> {
  const packed = await file.read(bodyStart, next - bodyStart);
  const checksum = header[4];
  if (checksum !== undefined && crc32(packed) !== checksum >>> 0) throw new Error('a checksum does not match');
  return packed;
}

/** Splits off the levels before the values. Each kind follows its length, and is left out where only level 0 exists. */
function withoutLevels(bytes: Uint8Array, { lists, definition }: NumberColumn): PageBody {
  let rest = bytes;
  const cut = (highest: number): Uint8Array => {
    if (highest === 0) return NONE;
    if (rest.length < 4) throw new Error('a page is cut off');
    const length = new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
    if (length > rest.length - 4) throw new Error('a page is cut off');
    const levels = rest.subarray(4, 4 + length);
    rest = rest.subarray(4 + length);
    return levels;
  };
  const repetition = cut(lists);
  return { repetition, definition: cut(definition), values: rest };
}

/** The levels and values of a page, unpacked. @throws Error when the page is damaged or in an old encoding */
export async function bodyOf(
  file: OpenFile,
  page: Page,
  { codec }: ColumnChunk,
  column: NumberColumn,
): Promise<PageBody> {
  const packed = await packedBytes(file, page);
  const { 2: size, 5: data, 8: dataV2 } = page.header;
  if (page.isDictionary) return { repetition: NONE, definition: NONE, values: await unpacked(codec, packed, size) };
  if (dataV2 === undefined) {
    const levels = [column.definition > 0 ? data?.[3] : RUN_LENGTHS, column.lists > 0 ? data?.[4] : RUN_LENGTHS];
    if (levels.some((encoding) => encoding !== RUN_LENGTHS))
      throw new Unsupported('its levels are in an old encoding, which is not supported');
    return withoutLevels(await unpacked(codec, packed, size), column);
  }
  return bodyOfVersion2(packed, size, codec, dataV2);
}

/** In pages of version 2 the levels are never compressed, and their lengths are in the header. */
async function bodyOfVersion2(
  packed: Buffer,
  size: number,
  codec: number,
  dataV2: NonNullable<PageHeader[8]>,
): Promise<PageBody> {
  const { 5: definition, 6: repetition, 7: isPacked } = dataV2;
  const ahead = repetition + definition;
  if (ahead > packed.length || ahead > size) throw new Error('a page is cut off');
  const rest = packed.subarray(ahead);
  return {
    repetition: packed.subarray(0, repetition),
    definition: packed.subarray(repetition, ahead),
    values: isPacked ? await unpacked(codec, rest, size - ahead) : rest,
  };
}
