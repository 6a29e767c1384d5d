import { describe, expect, it } from 'vitest';
import { distinct } from '../../src/report/abbreviate.js';

describe('names side by side', () => {
  it('are abbreviated, and numbered if they would look the same', () => {
    expect(distinct(['short', 'encoder/one/projection', 'encoder/two/projection'], 12)).toEqual([
      'short',
      '2 enco…ction',
      '3 enco…ction',
    ]);
    expect(distinct(['a/long/name', 'b'], 7)).toEqual(['a/l…ame', 'b']);
  });
});
