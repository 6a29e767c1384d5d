import * as z from 'zod';

const number = z.number();

const outcomes = ['pass', 'fail', 'inconclusive'] as const;

const check = z.object({
  rule: z.string(),
  layer: z.string().nullable().describe('null for checks of the whole model'),
  outcome: z.enum(outcomes),
  text: z.string().describe('the finding, the limit, and what to do'),
  value: number.nullable().describe('the value that was compared with the limit'),
  interval: z
    .object({ lower: number, upper: number.nullable() })
    .nullable()
    .describe('interval of the value, simultaneous for all checks; null where the value has no sampling error'),
  limit: z.union([number, z.string()]).nullable(),
  source: z
    .object({ file: z.string(), line: z.int().nonnegative().nullable(), setting: z.string() })
    .describe('where the limit was set: a line of the configuration file, or an option (`file` is then the model)'),
});

/** The verdict of a comparison or of checkpoints. */
export const verdictSchema = z.object({
  passed: z.boolean(),
  outcome: z
    .enum([...outcomes, 'incomplete'])
    .describe(
      'incomplete: some layers or parameters were not covered by any check; in a comparison without checks, some layers are worse or could not be compared',
    ),
  checks: z.array(check).describe('all checks'),
  failures: z.array(check).describe('the checks that did not pass'),
});

/** The verdict of an audit. */
export const auditVerdictSchema = verdictSchema.extend({
  uncovered: z
    .array(z.object({ layer: z.string(), reason: z.enum(['subset', 'label-draws', 'skipped']) }))
    .default([])
    .describe(
      'layers that no check covers and that are not known exactly: only a subset of their parameters was audited, their figures are estimates from label draws, or they were skipped',
    ),
});

export type Verdict = z.infer<typeof verdictSchema>;
/** A layer that no check covers, and why its figures are not exact. */
export type UncoveredLayer = z.infer<typeof auditVerdictSchema>['uncovered'][number];
export type Check = z.infer<typeof check>;
export type Outcome = Verdict['outcome'];

/** One outcome for many checks. */
export interface VerdictOf<OwnCheck> {
  readonly passed: boolean;
  readonly outcome: Outcome;
  readonly checks: readonly OwnCheck[];
}

/** The outcome of checks: `fail` where one failed, else `inconclusive` where one did not pass. */
export function verdictOf<OwnCheck extends Pick<Check, 'outcome'>>(checks: readonly OwnCheck[]): VerdictOf<OwnCheck> {
  const failed = checks.some(({ outcome }) => outcome === 'fail');
  const passed = checks.every(({ outcome }) => outcome === 'pass');
  return { passed, outcome: failed ? 'fail' : passed ? 'pass' : 'inconclusive', checks };
}
