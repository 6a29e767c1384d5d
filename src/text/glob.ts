/** Signs that have a meaning in the patterns of other tools. A layer with such a sign in its name is matched by `?`. */
const OTHER_SIGNS = /[[\]{}()|\\]/;

/** Whether a text is a pattern that `matchesGlob` understands. */
export const isGlob = (text: string): boolean => text !== '' && !OTHER_SIGNS.test(text);

/**
 * Whether a name matches a pattern, in which `*` stands for any characters, also none, and `?` for one character.
 * Where a star was too short, only the last one is made longer: earlier ones need not change, because the last one can
 * take whatever they could. The time is at most the product of both lengths, whatever the pattern.
 */
export function matchesGlob(name: string, glob: string): boolean {
  let [at, next] = [0, 0];
  let star = { at: 0, next: -1 };
  while (at < name.length) {
    if (glob[next] === '*') star = { at, next: next++ };
    else if (next < glob.length && (glob[next] === '?' || glob[next] === name[at])) [at, next] = [at + 1, next + 1];
    else if (star.next < 0) return false;
    else {
      star = { at: star.at + 1, next: star.next };
      [at, next] = [star.at, star.next + 1];
    }
  }
  return glob.slice(next).replaceAll('*', '') === '';
}
