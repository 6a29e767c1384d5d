import { AuditError } from '../../errors.js';
import type { Baseline } from '../../results/baseline.js';

/** What must be the same in two audits that are compared. */
export type ComparedAudit = Pick<Baseline, 'tool' | 'likelihood' | 'kinks'> & {
  readonly model: { readonly path: string };
  /** `sha256` is null before the inputs are read; then only their number is compared. */
  readonly data: { readonly inputs: number; readonly sha256: string | null };
};

/** Refuses to compare figures that are not of the same data, options and version. @throws AuditError FA405 */
export function refuseIncomparable(path: string, base: Baseline, head: ComparedAudit): void {
  const why = incomparable(base, head);
  if (why === null) return;
  throw new AuditError('FA405', {
    what: `${path} cannot be compared with ${head.model.path}`,
    why,
    fix: 'audit both with the same data, options and version; --update-baseline renews a baseline',
  });
}

/** Why the figures of two networks cannot be compared; null where they can. */
function incomparable(base: Baseline, head: ComparedAudit): string | null {
  const differs = (what: string, a: unknown, b: unknown): string[] =>
    a === b ? [] : [`${what} (${String(a)}, now ${String(b)})`];
  const reasons = [
    ...differs('another version of the tool', base.tool.version, head.tool.version),
    ...(isSameData(base.data, head.data)
      ? []
      : [`another data set (number of inputs: ${base.data.inputs}, now ${head.data.inputs}; their contents differ)`]),
    ...differs('another likelihood', base.likelihood.family, head.likelihood.family),
    ...differs('another --noise', base.likelihood.noise, head.likelihood.noise),
    ...differs('other --kinks', base.kinks, head.kinks),
  ];
  return reasons.length === 0 ? null : `it is of ${reasons.join(', ')}`;
}

const isSameData = (base: Baseline['data'], head: ComparedAudit['data']): boolean =>
  head.sha256 === null ? base.inputs === head.inputs : base.sha256 === head.sha256;
