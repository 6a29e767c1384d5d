/** Problems that one message names. An untrusted file may have any number of them. */
const MOST_LISTED = 5;

/** The first problems as one text, each once, with the number of the others. */
export function listProblems<Issue>(issues: readonly Issue[], problemOf: (issue: Issue) => string): string {
  const problems = issues.slice(0, MOST_LISTED).map(problemOf);
  const others = issues.length - problems.length;
  return [...new Set(problems), ...(others > 0 ? [`and ${others} more`] : [])].join('; ');
}
