import { AuditError } from '../errors.js';
import { ratcheted } from '../findings/compare/ratchet.js';
import type { RuleName } from '../findings/policy/index.js';
import type { Policy } from '../findings/policy/policy.js';
import { exists } from '../load/bytes/files.js';
import { baselineOf } from '../results/baseline.js';
import type { Report } from '../results/report.js';
import { writeText } from '../write/atomic-file.js';
import { type Criteria, loadCriteria } from './criteria.js';
import { readBaseline } from './saved-results.js';

/** What an audit does with a baseline. */
export interface BaselineUse {
  /** Null: there is no baseline. */
  readonly path: string | null;
  /** Replace the baseline by the figures of this audit. */
  readonly update: boolean;
  /** Replace only figures that became better. */
  readonly ratchet: boolean;
}

/** What an audit is judged by, and the path of the baseline that is written afterwards (null: none). */
export interface CriteriaAndUpdate {
  readonly criteria: Criteria;
  readonly written: string | null;
}

/**
 * The criteria of an audit with a policy and a baseline.
 * @throws AuditError FA401 where a baseline is needed and none is named, FA404 where it does not exist or is damaged,
 *   FA402 where it would replace a file that is none
 */
export async function criteriaWithBaseline(policy: Policy, use: BaselineUse): Promise<CriteriaAndUpdate> {
  const { path, update, ratchet } = use;
  if (path === null) {
    refuseWithoutBaseline(use);
    return { criteria: { policy, baseline: null }, written: null };
  }
  const found = await exists(path);
  if (update && found) await refuseOtherFiles(path);
  // An accepted baseline replaces the old one without a comparison. The first run of a ratchet has no old one.
  if (update || (ratchet && !found)) {
    return { criteria: { policy: without(policy, 'maxIncrease'), baseline: null }, written: path };
  }
  if (!found) {
    throw new AuditError('FA404', {
      what: `the baseline ${path} does not exist`,
      fix: 'create it with --update-baseline, or check the path',
    });
  }
  return { criteria: await loadCriteria(policy, path), written: ratchet ? path : null };
}

/** A configuration may name any file as its baseline. @throws AuditError FA402 unless it is a baseline */
async function refuseOtherFiles(path: string): Promise<void> {
  await readBaseline(path).catch((error: unknown) => {
    const what = `refusing to overwrite ${path}`;
    const why = `it is no baseline of this version${error instanceof AuditError ? ` (${error.text.what})` : ''}`;
    throw new AuditError('FA402', { what, why, fix: 'name another file, or remove this one first' }, { cause: error });
  });
}

const without = (policy: Policy, unwanted: RuleName): Policy =>
  new Map([...policy].filter(([rule]) => rule !== unwanted));

function refuseWithoutBaseline({ update, ratchet }: BaselineUse): void {
  if (!update && !ratchet) return;
  throw new AuditError('FA401', {
    what: `${ratchet ? '--ratchet' : '--update-baseline'} needs a baseline`,
    fix: 'name its file: --baseline fisher-audit.baseline.json',
  });
}

/**
 * Writes the figures of an audit to the baseline at `path`.
 * @returns whether it was written: a ratchet keeps the baseline where a check failed or was inconclusive
 * @throws AuditError FA402
 */
export async function updateBaseline(
  path: string,
  report: Report,
  { baseline }: Criteria,
  ratchet: boolean,
): Promise<boolean> {
  // A network that failed a check must not become the standard for later ones.
  if (ratchet && (report.verdict.outcome === 'fail' || report.verdict.outcome === 'inconclusive')) return false;
  const own = baselineOf(report);
  const figures = ratchet && baseline ? ratcheted(baseline.figures, own) : own;
  await writeText(path, `${JSON.stringify(figures, null, 2)}\n`);
  return true;
}
