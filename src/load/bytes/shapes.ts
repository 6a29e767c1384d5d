/** Numbers in an array of this shape. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Rows in a chunk: as many whole rows as about half a megabyte of float64 holds. */
export function rowsPerChunk(rowCount: number): number {
  return Math.max(1, Math.floor(2 ** 16 / Math.max(1, rowCount)));
}

/** A shape as messages show it, with "any" for a size that the model leaves open. */
export function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}

/** Text from a file, safe for a terminal: quoted, shortened, control characters escaped. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  const escape = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  return `"${short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escape)}"`;
}
