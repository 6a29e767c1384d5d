import { type NumberType, decodeNumbers, numberTypes } from '../../bytes/number-types.js';
import type { SchemaElement } from './footer.js';

/** How the numbers of a column are stored in plain encoding. */
export interface ValueType {
  /** Bytes of one value; 0 for booleans, which are bits. */
  readonly bytes: number;
  /** Whether NaN means an integer or decimal that no double holds exactly. */
  readonly exact: boolean;
  /** `stored` holds whole values, and may be changed. */
  decode(stored: ArrayBuffer): Float64Array;
}

/** The physical types, by their numbers in parquet.thrift. */
export const physical = { boolean: 0, int32: 1, int64: 2, int96: 3, float: 4, double: 5, bytes: 6, fixed: 7 } as const;

const WIDEST_DECIMAL = 32;
/** Powers of ten up to this exponent are exact doubles, so one division gives the nearest double. */
const LARGEST_SCALE = 22;

/** What values mean that are no numbers, by field of the union of logical types. */
const logicalNames: Readonly<Record<number, string>> = {
  1: 'text',
  2: 'maps',
  3: 'lists',
  4: 'text',
  6: 'dates',
  7: 'times',
  8: 'timestamps',
  11: 'nothing but nulls',
  12: 'JSON',
  13: 'BSON',
  14: 'UUIDs',
};
/** The same in the older notation. */
const convertedNames: Readonly<Record<number, string>> = {
  0: 'text',
  1: 'maps',
  2: 'maps',
  3: 'lists',
  4: 'text',
  6: 'dates',
  7: 'times',
  8: 'times',
  9: 'timestamps',
  10: 'timestamps',
  19: 'JSON',
  20: 'BSON',
  21: 'intervals',
};
const DECIMAL = 5;
const INTEGER = 10;
const FLOAT16 = 15;

function plain(type: NumberType, exact = false): ValueType {
  return { bytes: type.bytes, exact, decode: (stored) => decodeNumbers(stored, type, false) };
}

/** Integers times 10^-scale; NaN for integers beyond 2^53. */
function scaled({ bytes, decode }: ValueType, scale: number): ValueType {
  const divisor = 10 ** scale;
  const scaledDown = (value: number) => (Number.isSafeInteger(value) ? value / divisor : NaN);
  return { bytes, exact: true, decode: (stored) => decode(stored).map(scaledDown) };
}

/** Integers of `width` bytes in two's complement, highest byte first. */
function bigEndian(width: number): ValueType {
  const decode = (stored: ArrayBuffer): Float64Array => {
    const bytes = new Uint8Array(stored);
    const values = new Float64Array(bytes.length / width);
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      const before = values[Math.floor(i / width)] ?? 0;
      values[Math.floor(i / width)] = i % width === 0 ? (byte << 24) >> 24 : before * 256 + byte;
    }
    return values;
  };
  return { bytes: width, exact: true, decode };
}

function isUnsigned({ converted, logical }: SchemaElement): boolean {
  const integer = logical[INTEGER];
  if (typeof integer === 'object' && 2 in integer) return integer[2] === false;
  return converted !== null && converted >= 11 && converted <= 14;
}

/** The scale of a column of decimals; null for other columns. */
function scaleOf({ converted, logical, scale }: SchemaElement): number | null {
  const decimal = logical[DECIMAL];
  if (typeof decimal === 'object' && 1 in decimal && typeof decimal[1] === 'number') return decimal[1];
  return converted === DECIMAL ? scale : null;
}

/** How the integers of a column are stored, without a scale; null where it has none. */
function integerType(element: SchemaElement): ValueType | null {
  const unsigned = isUnsigned(element);
  if (element.type === physical.int32) return plain(unsigned ? numberTypes.u4 : numberTypes.i4, true);
  if (element.type === physical.int64) return scaled(plain(unsigned ? numberTypes.u8 : numberTypes.i8), 0);
  const decimal = scaleOf(element) !== null && element.type === physical.fixed;
  const { typeLength } = element;
  return decimal && typeLength > 0 && typeLength <= WIDEST_DECIMAL ? bigEndian(typeLength) : null;
}

function decimalType(element: SchemaElement, scale: number): ValueType | string {
  const integers = integerType(element);
  if (integers === null) return 'decimals as text';
  return scale >= 0 && scale <= LARGEST_SCALE ? scaled(integers, scale) : `decimals of scale ${scale}`;
}

const halves = plain(numberTypes.f2);
const simpleTypes: Readonly<Record<number, ValueType>> = {
  [physical.boolean]: { bytes: 0, exact: false, decode: () => new Float64Array(0) },
  [physical.float]: plain(numberTypes.f4),
  [physical.double]: plain(numberTypes.f8),
};

/** How the numbers of a column are stored, or what it holds instead of numbers. */
export function valueType(element: SchemaElement): ValueType | string {
  const { type, logical, typeLength } = element;
  const scale = scaleOf(element);
  if (scale !== null) return decimalType(element, scale);
  if (FLOAT16 in logical && type === physical.fixed && typeLength === halves.bytes) return halves;
  return meaningOf(element) ?? simpleTypes[type ?? -1] ?? integerType(element) ?? 'bytes';
}

/** What the values of a column mean where they are not numbers; undefined where the schema does not say. */
function meaningOf({ type, converted, logical }: SchemaElement): string | undefined {
  if (type === physical.int96) return 'timestamps';
  const [field = -1] = Object.keys(logical).map(Number);
  return logicalNames[field] ?? convertedNames[converted ?? -1];
}
