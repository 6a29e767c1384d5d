import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGlob, matchesGlob } from '../../src/text/glob.js';

/** The same by recursion, which takes exponential time for some patterns. */
function matchesSlowly(name: string, glob: string): boolean {
  if (glob === '') return name === '';
  if (glob[0] === '*') return matchesSlowly(name, glob.slice(1)) || (name !== '' && matchesSlowly(name.slice(1), glob));
  return name !== '' && (glob[0] === '?' || glob[0] === name[0]) && matchesSlowly(name.slice(1), glob.slice(1));
}

const word = (signs: string, most: number) =>
  fc.array(fc.constantFrom(...Array.from(signs)), { maxLength: most }).map((list) => list.join(''));

describe('a glob', () => {
  it('matches what its definition matches', () => {
    fc.assert(
      fc.property(word('ab/', 8), word('ab/*?', 6), (name, glob) => {
        expect(matchesGlob(name, glob)).toBe(matchesSlowly(name, glob));
      }),
      { numRuns: 3000 },
    );
  });

  it('matches the whole name, folders included', () => {
    expect(matchesGlob('block/conv_1', 'block/*')).toBe(true);
    expect(matchesGlob('block/a/b', '*b')).toBe(true);
    expect(matchesGlob('dense_10', 'dense_?')).toBe(false);
    expect(matchesGlob('dense', 'den')).toBe(false);
  });

  it('takes no more steps than the product of the lengths', () => {
    const name = 'a'.repeat(1000);
    expect(matchesGlob(name, `${'*a'.repeat(400)}*b`)).toBe(false);
    expect(matchesGlob(name, `${'*a'.repeat(400)}*`)).toBe(true);
  });

  it.each(['', '(a+)+$', '[ab]', 'conv{1,2}', 'a\\*'])('is not %j', (text) => {
    expect(isGlob(text)).toBe(false);
  });
});
