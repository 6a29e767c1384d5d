/** A value of Thrift's compact protocol. Integers beyond 2^53 are inexact, and checks for safe integers refuse them. */
export type ThriftValue = number | boolean | Uint8Array | ThriftValue[] | ThriftStruct;
/** Fields by number. */
export interface ThriftStruct {
  [field: number]: ThriftValue;
}

/** Bytes of the longest integer: 64 bits, seven in each byte. */
const LONGEST_INTEGER = 10;
const DEEPEST = 32;
/** The largest number of values in one structure: enough for thousands of columns, and few enough for memory. */
const MOST_VALUES = 2 ** 22;

/** Reads integers of variable length: seven bits in each byte, lowest first; the high bit is set in all but the last. */
export class IntegerReader {
  constructor(
    readonly bytes: Uint8Array,
    public offset = 0,
  ) {}

  byte(): number {
    const byte = this.bytes[this.offset++];
    if (byte === undefined) throw new Error('it ends too early');
    return byte;
  }

  unsigned(): number {
    let value = 0;
    for (let place = 0; place < LONGEST_INTEGER; place++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte < 0x80) return value;
    }
    throw new Error('an integer has more than 64 bits');
  }

  /** Zigzag: 0, -1, 1, -2, … are stored as 0, 1, 2, 3, … */
  signed(): number {
    const folded = this.unsigned();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }
}

/**
 * Reads a structure of Thrift's compact protocol. No more memory is allocated than the bytes can fill.
 * Source: thrift-compact-protocol.md of Apache Thrift.
 */
class ThriftReader extends IntegerReader {
  #values = 0;

  struct(depth: number): ThriftStruct {
    if (depth > DEEPEST) throw new Error(`it is nested deeper than ${DEEPEST}`);
    const fields: ThriftStruct = {};
    let field = 0;
    for (let header = this.byte(); (header & 0x0f) !== 0; header = this.byte()) {
      field = header >> 4 === 0 ? this.signed() : field + (header >> 4);
      fields[field] = this.#value(header & 0x0f, depth, true);
    }
    return fields;
  }

  /** The boolean of a field is in its header; the boolean of a list element has its own byte. */
  #value(type: number, depth: number, isField: boolean): ThriftValue {
    this.#values += 1;
    if (this.#values > MOST_VALUES) throw new Error(`it has more than ${MOST_VALUES} values`);
    if (type === 1 || type === 2) return (isField ? type : this.byte()) === 1;
    const read = this.#readers[type];
    if (read === undefined) throw new Error(`it has a value of type ${type}, which is not supported`);
    return read(depth + 1);
  }

  /** By the number of the type. Booleans are read above. */
  readonly #readers: Readonly<Record<number, (depth: number) => ThriftValue>> = {
    3: () => (this.byte() << 24) >> 24,
    4: () => this.signed(),
    5: () => this.signed(),
    6: () => this.signed(),
    7: () => this.#double(),
    8: () => this.#binary(this.unsigned()),
    9: (depth) => this.#list(depth),
    12: (depth) => this.struct(depth),
  };

  #double(): number {
    const bytes = this.#binary(8);
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
  }

  #binary(length: number): Uint8Array {
    const start = this.offset;
    this.offset += length;
    if (this.offset > this.bytes.length) throw new Error('it ends too early');
    return this.bytes.subarray(start, this.offset);
  }

  #list(depth: number): ThriftValue[] {
    if (depth > DEEPEST) throw new Error(`it is nested deeper than ${DEEPEST}`);
    const header = this.byte();
    const length = header >> 4 === 15 ? this.unsigned() : header >> 4;
    const values: ThriftValue[] = [];
    for (let i = 0; i < length; i++) values.push(this.#value(header & 0x0f, depth, false));
    return values;
  }
}

/** The structure at the start of `bytes`, and where it ends. @throws Error when it is damaged or cut off */
export function readThrift(bytes: Uint8Array): { readonly fields: ThriftStruct; readonly end: number } {
  const reader = new ThriftReader(bytes);
  const fields = reader.struct(0);
  return { fields, end: reader.offset };
}
