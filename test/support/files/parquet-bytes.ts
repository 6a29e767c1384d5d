/* Parquet files written by hand: what no writer would write. */

/** A value of Thrift's compact protocol; bytes are written as they are, with the type that they claim to be. */
export type Thrift = number | boolean | string | Thrift[] | ThriftFields | { readonly type: number; raw: Uint8Array };
export interface ThriftFields {
  readonly [field: number]: Thrift;
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

const LIST = 9;

function typeOf(value: Thrift): number {
  if (typeof value === 'number') return 6;
  if (typeof value === 'boolean') return value ? 1 : 2;
  if (typeof value === 'string') return 8;
  if (Array.isArray(value)) return LIST;
  return 'raw' in value ? value.type : 12;
}

function valueBytes(value: Thrift): Uint8Array {
  if (typeof value === 'number') return varint(value < 0 ? -2 * value - 1 : 2 * value);
  if (typeof value === 'boolean') return Buffer.alloc(0);
  if (typeof value === 'string') return Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value))
    return Buffer.concat([listHeader(value.length, typeOf(value[0] ?? {})), ...value.map(valueBytes)]);
  return 'raw' in value ? value.raw : thriftBytes(value);
}

/** The start of a list that claims so many elements. */
export function listHeader(length: number, type: number): Buffer {
  return Buffer.concat([Buffer.of(0xf0 + type), varint(length)]);
}

function thriftBytes(fields: ThriftFields): Buffer {
  let last = 0;
  const parts = Object.entries(fields).flatMap(([key, value]: [string, Thrift]) => {
    const header = Buffer.of(((Number(key) - last) << 4) + typeOf(value));
    last = Number(key);
    return [header, valueBytes(value)];
  });
  return Buffer.concat([...parts, Buffer.of(0)]);
}

const int32 = 1;
export const snappy = 1;
export const dictionaryEncoding = 8;

export interface PageSpec {
  readonly body: Uint8Array;
  readonly values: number;
  readonly encoding?: number;
  /** Overrides of the page's header. */
  readonly header?: ThriftFields;
  readonly dictionary?: boolean;
}

function pageBytes({ body, values, encoding = 0, header = {}, dictionary = false }: PageSpec): Buffer {
  const kind: ThriftFields = dictionary ? { 7: { 1: values, 2: 0 } } : { 5: { 1: values, 2: encoding, 3: 3, 4: 3 } };
  const fields = { 1: dictionary ? 2 : 0, 2: body.length, 3: body.length, ...kind, ...header };
  return Buffer.concat([thriftBytes(fields), body]);
}

export interface FileSpec {
  readonly pages?: readonly PageSpec[];
  readonly rows?: number;
  readonly codec?: number;
  /** Overrides: of the column chunk's metadata, of the column in the schema, of the footer. */
  readonly chunk?: ThriftFields;
  readonly column?: ThriftFields;
  readonly footer?: ThriftFields;
}

/** A file of one column "a" of 32-bit integers. */
export function parquetBytes({ pages = [], rows = 1, codec = 0, chunk, column, footer }: FileSpec): Buffer {
  const body = Buffer.concat(pages.map(pageBytes));
  const meta = { 1: int32, 2: [0], 3: ['a'], 4: codec, 5: rows, 6: body.length, 7: body.length, 9: 4, ...chunk };
  const end = thriftBytes({
    1: 1,
    2: [
      { 4: 'root', 5: 1 },
      { 1: int32, 3: 0, 4: 'a', ...column },
    ],
    3: rows,
    4: [{ 1: [{ 2: 4, 3: meta }], 2: body.length, 3: rows }],
    ...footer,
  });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(end.length);
  return Buffer.concat([Buffer.from('PAR1'), body, end, length, Buffer.from('PAR1')]);
}
