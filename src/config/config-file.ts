import { dirname, relative, resolve } from 'node:path';
import { closestMatch } from 'leven';
import * as z from 'zod';
import { type Policy, policyFrom, policySchema } from '../findings/policy/policy.js';
import { AuditError } from '../errors.js';
import { linesOfKeys, readJson } from '../load/bytes/json-text.js';
import { CONFIG_NAME, findConfig } from '../load/find-config.js';
import { issueWords } from '../text/check-value.js';
import { listProblems } from '../text/list-problems.js';
import { optionJsonSchema } from './option-json-schema.js';
import { auditOptionsSchema } from './options.js';

/** What a configuration file may hold: any option of an audit, and the policy. */
const configSchema = z.strictObject({
  $schema: z.string().optional().describe('the schema of this file, for editors'),
  ...auditOptionsSchema.partial().shape,
  policy: policySchema.optional().describe('the rules that an audit must pass'),
  baseline: z
    .string()
    .optional()
    .describe('path of the baseline file that maxIncrease compares with, relative to this file'),
});

/** A configuration that was read, with its options as they are written. */
export interface Config {
  readonly path: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly policy: Policy;
  readonly baseline: string | null;
}

/** Defaults, and no policy. */
export const noConfig: Config = { path: null, options: {}, policy: new Map(), baseline: null };

/**
 * The configuration at `path`, or the nearest one above the model.
 * @throws AuditError FA403 where it cannot be used
 */
export async function loadConfig(path: string | null, model: string): Promise<Config> {
  const found = path ?? (await findConfig(model));
  if (found === null) return noConfig;
  const shown = path ?? shortest(found);
  const { text, value } = await readJson(found, 'FA403', 'check its commas and quotes');
  const lineOf = linesOfKeys(text);
  const parsed = configSchema.safeParse(value, { error: issueWords });
  if (!parsed.success) {
    throw new AuditError('FA403', {
      what: `${shown}: ${listProblems(parsed.error.issues.flatMap(separateKeys), (issue) => problemOf(issue, lineOf))}`,
      fix: 'run fisher-audit schema --config for the keys and values it may hold',
    });
  }
  const { $schema: _, policy, baseline, ...known } = parsed.data;
  const written = value as Record<string, unknown>;
  const options = Object.fromEntries(Object.keys(known).map((name) => [name, written[name]]));
  const sourceOf = (keys: readonly string[]) => {
    const line = lineOf(['policy', ...keys]);
    return { file: shown, line, setting: [shown, ...keys].join(' › ') };
  };
  return {
    path: shown,
    options,
    policy: policy ? policyFrom(policy, sourceOf) : new Map(),
    baseline: baseline === undefined ? null : shortest(resolve(dirname(found), baseline)),
  };
}

/** A path as people would type it. */
function shortest(path: string): string {
  const below = relative(resolve(''), path);
  return below.length < path.length ? below : path;
}

/** One issue for each unknown key. */
const separateKeys = (issue: z.core.$ZodIssue): z.core.$ZodIssue[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];

/** What is wrong and where, with the nearest known key. The issue has one unknown key at most. */
function problemOf(issue: z.core.$ZodIssue, lineOf: ReturnType<typeof linesOfKeys>): string {
  const path = issue.path.map(String);
  const at = (names: readonly string[]): string => {
    const line = lineOf(names);
    return `${names.join(' › ')}${line === null ? '' : ` (line ${line})`}`;
  };
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return `unknown key ${at([...path, key])}${guess(key, knownKeys(path))}`;
  }
  return path.length === 0 ? issue.message : `${at(path)}: ${issue.message}`;
}

/** The keys that are allowed at a place of the configuration. */
function knownKeys(path: readonly string[]): string[] {
  if (path[0] !== 'policy') return Object.keys(configSchema.shape);
  return Object.keys(policySchema.shape);
}

function guess(key: string, known: readonly string[]): string {
  // A key that is known elsewhere in the file is not misspelt.
  if (known.includes(key)) return '';
  const nearest = closestMatch(key, known, { maxDistance: Math.max(2, Math.ceil(key.length / 2)) });
  return nearest === undefined ? '' : `, did you mean ${nearest}?`;
}

/** The JSON Schema of the configuration file, draft 2020-12, for editors. */
export const configJsonSchema = (): object => ({
  title: `Configuration of fisher-audit (${CONFIG_NAME})`,
  ...optionJsonSchema(configSchema),
});
