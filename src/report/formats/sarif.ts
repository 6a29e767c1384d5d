import { createHash } from 'node:crypto';
import type { Rule } from '../../findings/policy/rule.js';
import { rules } from '../../findings/policy/index.js';
import type { Check } from '../../results/report.js';
import type { Document } from '../document.js';
import { shown } from '../documents/index.js';
import type { PromptFormat } from './index.js';

const VERSION = '2.1.0';

/** Checks that no policy asks for by name: of comparisons, and of what was left out. */
const otherRules: Readonly<Record<string, string>> = {
  audited: 'layers that were left out pass no check, unless a required coverage says how much may be',
  worse: 'no layer may become worse: in the error of its recommended estimator, or in its Fisher information',
};

/**
 * SARIF 2.1.0 (OASIS, 2020), for code scanning. What did not pass is a result; what passed is none, since readers show
 * every result, whatever its kind. What was left out is a notification: the tool ran, and nothing was found wrong.
 */
export const sarif: PromptFormat = {
  render(result, { by }) {
    const { verdict } = shown(result).document(by);
    const checks = numbered(verdict.checks).filter(({ check }) => check.outcome !== 'pass');
    const known = ruleTable(verdict.checks);
    const { version } = result.tool;
    const run = {
      tool: { driver: { name: result.tool.name, version, semanticVersion: version, rules: known } },
      invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(verdict) }],
      results: checks.map(({ check, count }) => resultOf(check, count, known)),
      columnKind: 'utf16CodeUnits',
      properties: { outcome: verdict.outcome, text: verdict.text },
    };
    const $schema = `https://json.schemastore.org/sarif-${VERSION}.json`;
    return `${JSON.stringify({ $schema, version: VERSION, runs: [run] }, null, 2)}\n`;
  },
};

interface RuleDescriptor {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string };
  readonly defaultConfiguration: { readonly level: 'error' };
}

/** Every rule that was asked, in the order of the table of rules. */
function ruleTable(checks: readonly Check[]): RuleDescriptor[] {
  const asked = new Set(checks.map(({ rule }) => rule));
  const table: Readonly<Record<string, Rule>> = rules;
  const order = [...Object.keys(rules), ...asked].filter((id) => asked.has(id));
  return [...new Set(order)].map((id) => {
    const text = (Object.hasOwn(table, id) ? table[id]?.help : otherRules[id]) ?? id;
    const description = { text: message(text) };
    return {
      ...{ id, shortDescription: description, fullDescription: description, help: description },
      defaultConfiguration: { level: 'error' },
    };
  });
}

/** A rule may judge a layer more than once: which time this is. */
function numbered(checks: readonly Check[]): { check: Check; count: number }[] {
  const seen = new Map<string, number>();
  return checks.map((check) => {
    const key = JSON.stringify([check.rule, check.layer]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return { check, count };
  });
}

function resultOf(check: Check, count: number, known: readonly RuleDescriptor[]): object {
  const { rule, layer, outcome, text, source, value, interval, limit } = check;
  const logicalLocations = layer === null ? {} : { logicalLocations: [{ name: layer, kind: 'layer' }] };
  const physicalLocation = {
    artifactLocation: { uri: uriOf(source.file) },
    region: { startLine: Math.max(1, source.line ?? 1) },
  };
  return {
    ruleId: rule,
    ruleIndex: known.findIndex(({ id }) => id === rule),
    level: outcome === 'fail' ? 'error' : 'warning',
    message: { text: message(text) },
    locations: [{ physicalLocation, ...logicalLocations }],
    partialFingerprints: fingerprints(rule, layer, count),
    properties: { outcome, setting: source.setting, value, interval, limit },
  };
}

/**
 * The same for the same rule and layer, whatever the figures and wherever the limit stands. GitHub reads none but the second
 * name, and would make the layers of one rule one alert if it took the line for it.
 */
function fingerprints(rule: string, layer: string | null, count: number): Record<string, string> {
  const hash = createHash('sha256')
    .update(JSON.stringify([rule, layer]))
    .digest('hex')
    .slice(0, 32);
  return { 'ruleAndLayer/v1': `${hash}:${count}`, primaryLocationLineHash: `${hash}:${count}` };
}

function notifications({ outcome, text, remarks }: Document['verdict']): object[] {
  const texts = [...(outcome === 'incomplete' ? [text] : []), ...remarks];
  return texts.map((one) => ({ level: 'note', message: { text: message(one) } }));
}

/** Plain text as SARIF wants it: braces doubled, or they would be placeholders (3.11.5), and no links (3.11.6). */
const message = (text: string): string => text.replace(/[{}]/g, '$&$&').replaceAll('](', '] (');

/** A path as a URI: relative where the path is, a file URI where it is absolute (RFC 3986, RFC 8089). */
function uriOf(path: string): string {
  const parts = path.replaceAll('\\', '/').replace(/^(\.\/+)+/, '');
  const drive = /^[a-z]:(?=\/)/i.exec(parts)?.[0] ?? '';
  const encoded = parts.slice(drive.length).split('/').map(encodeURIComponent).join('/');
  if (drive !== '') return `file:///${drive}${encoded}`;
  return encoded.startsWith('/') ? `file://${encoded}` : encoded;
}
