/** Shortens a long text in the middle: names differ mostly at their ends. */
export const abbreviated = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.ceil(most / 2) - 1)}…${text.slice(-Math.floor(most / 2))}`;

/** Shortens names that appear together. Names that would look the same are preceded by their position, from 1. */
export function distinct(names: readonly string[], most: number): string[] {
  const short = names.map((name) => abbreviated(name, most));
  return short.map((name, k) => {
    const number = `${k + 1} `;
    const twin = short.some((other, j) => j !== k && other === name);
    return twin ? number + abbreviated(names[k] ?? '', most - number.length) : name;
  });
}
