import type * as z from 'zod';

/** Types as messages name them, with an article. */
const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'an integer',
  nan: 'NaN',
  bigint: 'a large integer',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  undefined: 'nothing',
};

/** What limits of size count. */
const units: Readonly<Record<string, string>> = { array: ' entries', string: ' characters', object: ' keys' };

/** Keys that one message names. */
const MOST_KEYS = 5;

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? String(value) : (types[typeof value] ?? 'something else');
}

type RawIssue<Code> = Extract<z.core.$ZodRawIssue, { readonly code: Code }>;

function wrongType({ expected, input }: RawIssue<'invalid_type'>): string {
  const wanted = types[expected] ?? 'another value';
  return input === undefined ? `expected ${wanted}, but it is missing` : `expected ${wanted}, got ${typeOf(input)}`;
}

function wrongValue(values: readonly unknown[]): string {
  return values.length === 1 ? `expected ${String(values[0])}` : `expected one of: ${values.map(String).join(', ')}`;
}

/** The alternatives of a union, each by its first issue. */
function noAlternative(alternatives: readonly (readonly z.core.$ZodIssue[])[]): string {
  const texts = alternatives.flatMap(([issue]) => (issue ? [issue.message.replace(/^expected /, '')] : []));
  return texts.length === 0 ? 'expected another kind' : `expected ${[...new Set(texts)].join(', or ')}`;
}

function unknownKeys(keys: readonly string[]): string {
  const names = keys.slice(0, MOST_KEYS).map((key) => `"${key.slice(0, 60)}"`);
  return `unknown keys: ${[...names, ...(keys.length > MOST_KEYS ? [`and ${keys.length - MOST_KEYS} more`] : [])].join(', ')}`;
}

const limit = (words: string, size: number | bigint, origin: string): string =>
  `expected ${words} ${size}${units[origin] ?? ''}`;

function tooSmall({ origin, minimum, inclusive }: RawIssue<'too_small'>): string {
  if (origin === 'string' && minimum === 1) return 'expected a text that is not empty';
  return limit(inclusive === false ? 'more than' : 'at least', minimum, origin);
}

type Words = { readonly [Code in z.core.$ZodIssueCode]?: (issue: RawIssue<Code>) => string };

const words: Words = {
  invalid_type: wrongType,
  invalid_value: ({ values }) => wrongValue(values),
  invalid_union: ({ errors }) => noAlternative(errors),
  invalid_key: ({ issues }) => issues[0]?.message ?? 'expected another key',
  unrecognized_keys: ({ keys }) => unknownKeys(keys),
  too_big: ({ origin, maximum, inclusive }) => limit(inclusive === false ? 'less than' : 'at most', maximum, origin),
  too_small: tooSmall,
};

/**
 * What was expected of a value, in words. Pass it to every check of a value from outside: zod's own messages are not
 * written for users. Where a schema has a message, that one is used.
 */
export const issueWords: z.core.$ZodErrorMap = (issue) =>
  (words[issue.code] as ((one: typeof issue) => string) | undefined)?.(issue) ?? 'expected another value';

/** A checked value, or what is wrong with it. */
export type Checked<T> =
  | { readonly success: true; readonly data: T }
  /** `beyondLimit`: something in it is larger than is supported, which does not make it wrong. */
  | { readonly success: false; readonly problem: string; readonly beyondLimit: boolean };

/**
 * Checks a value from outside.
 * @param whole what messages call the value itself
 */
export function checkValue<T>(schema: z.ZodType<T>, value: unknown, whole: string): Checked<T> {
  const parsed = schema.safeParse(value, { error: issueWords });
  if (parsed.success) return parsed;
  const issue = parsed.error.issues[0]!;
  return { success: false, problem: placed(issue, whole), beyondLimit: issue.code === 'too_big' };
}

/** What was expected, and where. */
export const placed = ({ path, message }: z.core.$ZodIssue, whole: string): string =>
  `${path.map(String).join('.') || whole}: ${message}`;
