import { extname } from 'node:path';
import * as z from 'zod';
import { type Baseline, baselineOf, baselineSchema } from '../results/baseline.js';
import { reportSchema } from '../results/report.js';
import { type Verdict, verdictOf } from '../results/verdict.js';
import { type Result, resultSchemas } from '../results/index.js';
import { AuditError } from '../errors.js';
import { checkValue } from '../text/check-value.js';
import { readJson } from '../load/bytes/json-text.js';

const AGAIN = 'give a file that this version of fisher-audit wrote';

const header = z.looseObject({ schemaVersion: z.int(), kind: z.string() });

/** A report that was saved with --json. @throws AuditError FA404 */
export async function readResult(path: string): Promise<Result> {
  const { value } = await readJson(path, 'FA404', AGAIN);
  const head = header.safeParse(value);
  const kind = head.data?.kind ?? '';
  if (!Object.hasOwn(resultSchemas, kind)) {
    throw new AuditError('FA404', {
      what: `${path} is not a saved report`,
      why: `the kind of a saved report is ${Object.keys(resultSchemas).join(', ')}`,
      fix: 'save a report with -r json=report.json',
    });
  }
  const schema: z.ZodType<Result> = resultSchemas[kind as Result['kind']];
  const result = parsed(path, schema, value);
  refuseContradiction(path, result.verdict);
  return result;
}

/** Refuses a verdict that contradicts its own checks: a failure would exit as passed. @throws AuditError FA404 */
function refuseContradiction(path: string, { passed, outcome, checks }: Verdict): void {
  const own = verdictOf(checks).outcome;
  const fits = own === outcome || (own === 'pass' && outcome === 'incomplete');
  if (fits && passed === (outcome === 'pass')) return;
  throw new AuditError('FA404', {
    what: `${path}: the verdict is ${outcome} (passed: ${passed}), but its checks give ${own}`,
    why: 'the file is damaged, or another version of fisher-audit wrote it',
    fix: AGAIN,
  });
}

/** The figures of a saved report or baseline; null where the file is a model. @throws AuditError FA404 */
export async function readFigures(path: string): Promise<Baseline | null> {
  if (extname(path) !== '.json') return null;
  const { value } = await readJson(path, 'FA404', 'give a model, or a report or baseline of this version');
  const { data } = header.safeParse(value);
  if (data === undefined) return null;
  if (data.kind === 'baseline') return parsed(path, baselineSchema, value);
  if (data.kind !== 'audit' && Object.hasOwn(resultSchemas, data.kind)) {
    throw new AuditError('FA404', {
      what: `${path} is a saved ${data.kind}`,
      fix: 'give the report of an audit, a baseline or a model',
    });
  }
  return baselineOf(parsed(path, reportSchema, value));
}

/** @throws AuditError FA404 */
export async function readBaseline(path: string): Promise<Baseline> {
  const { value } = await readJson(path, 'FA404', AGAIN);
  return parsed(path, baselineSchema, value);
}

function parsed<T>(path: string, schema: z.ZodType<T>, value: unknown): T {
  const checked = checkValue(schema, value, 'the file');
  if (checked.success) return checked.data;
  throw new AuditError('FA404', {
    what: `${path}: ${checked.problem}`,
    why: 'the file is damaged, or another version of fisher-audit wrote it',
    fix: AGAIN,
  });
}
