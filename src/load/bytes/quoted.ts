/** Text from a file as messages show it: in quotes, shortened, with control characters escaped. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  const escape = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  return `"${short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escape)}"`;
}
