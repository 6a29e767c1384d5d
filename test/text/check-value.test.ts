import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checkValue } from '../../src/text/check-value.js';

describe('what is wrong with a value, in words', () => {
  const schema = z.strictObject({
    name: z.string().min(1).max(3).optional(),
    sizes: z.array(z.number().int().positive()).max(2).optional(),
    kind: z.enum(['a', 'b']).optional(),
    either: z.union([z.literal('all'), z.number().min(5)]).optional(),
    own: z.number('expected a share').optional(),
    list: z.record(z.string(), z.boolean()).optional(),
  });

  it.each([
    [null, 'the file: expected an object, got null'],
    [[], 'the file: expected an object, got a list'],
    [{ name: 5 }, 'name: expected a text, got a number'],
    [{ name: '' }, 'name: expected a text that is not empty'],
    [{ name: 'long' }, 'name: expected at most 3 characters'],
    [{ sizes: [1, 2, 3] }, 'sizes: expected at most 2 entries'],
    [{ sizes: [1, 0] }, 'sizes.1: expected more than 0'],
    [{ sizes: [0.5] }, 'sizes.0: expected an integer, got a number'],
    [{ kind: 'c' }, 'kind: expected one of: a, b'],
    [{ either: 'some' }, 'either: expected all, or a number, got a text'],
    [{ own: 'x' }, 'own: expected a share'],
    [{ list: { a: 1 } }, 'list.a: expected true or false, got a number'],
    [{ x: 1, y: 2 }, 'the file: unknown keys: "x", "y"'],
  ])('%j', (value, problem) => {
    expect(checkValue(schema, value, 'the file')).toMatchObject({ success: false, problem });
  });

  it('only limits of size are beyond a limit', () => {
    expect(checkValue(schema, { sizes: [1, 2, 3] }, 'it')).toMatchObject({ beyondLimit: true });
    expect(checkValue(schema, { sizes: 1 }, 'it')).toMatchObject({ beyondLimit: false });
  });
});
