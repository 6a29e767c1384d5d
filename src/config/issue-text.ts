import type * as z from 'zod';

/** What zod says where neither it nor a schema has more to say. */
const NO_REASON = 'Invalid input';

/** What a value was expected to be, in words. */
export function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return values.length === 1 ? `expected ${values[0]}` : `expected one of: ${values.join(', ')}`;
  }
  if (issue.code === 'invalid_union' && issue.message === NO_REASON) return anyOf(issue.errors);
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.message.replace(`${NO_REASON}: `, '').replace('expected record', 'expected object');
}

/** The alternatives of a union, each by its first issue. */
function anyOf(alternatives: readonly (readonly z.core.$ZodIssue[])[]): string {
  const texts = alternatives.flatMap(([issue]) => (issue ? [expectation(issue).replace(/^expected /, '')] : []));
  return `expected ${[...new Set(texts)].join(', or ')}`;
}
