import type { SynchronousFormat } from '../report-format.js';
import { createHash } from 'node:crypto';
import { ruleNames } from '../../findings/policy/index.js';
import type { Check } from '../../results/verdict.js';
import type { Document } from '../document.js';
import { presentationOf } from '../documents/index.js';
import { ruleDescription } from '../sentences/rule-descriptions.js';

const VERSION = '2.1.0';

/**
 * SARIF 2.1.0 (OASIS, 2020), for code scanning. Checks that did not pass are results; checks that passed are not, because
 * viewers show every result, whatever its kind. Layers that were not audited are notifications: the tool ran, and found
 * nothing wrong.
 */
export const sarif: SynchronousFormat = {
  render(result, { by }) {
    const { verdict } = presentationOf(result).document(by);
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

/** The rules of all checks, in the order of the table of rules. */
function ruleTable(checks: readonly Check[]): RuleDescriptor[] {
  const asked = new Set(checks.map(({ rule }) => rule));
  const order = [...ruleNames, ...asked].filter((id) => asked.has(id));
  return [...new Set(order)].map((id) => {
    const description = { text: message(ruleDescription(id)) };
    return {
      id,
      shortDescription: description,
      fullDescription: description,
      help: description,
      defaultConfiguration: { level: 'error' },
    };
  });
}

/** A rule may check a layer several times: numbers the checks of each pair. */
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
 * Equal for the same rule and layer, whatever the figures are and wherever the limit is set. GitHub reads only the second
 * name; if it computed a fingerprint from the line, all layers of one rule would become one alert.
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

/** Plain text for SARIF: doubled braces, which would otherwise be placeholders (3.11.5), and no links (3.11.6). */
const message = (text: string): string => text.replace(/[{}]/g, '$&$&').replaceAll('](', '] (');

/** A path as a URI: relative where the path is, a file URI where it is absolute (RFC 3986, RFC 8089). */
function uriOf(path: string): string {
  const parts = path.replaceAll('\\', '/').replace(/^(\.\/+)+/, '');
  const drive = /^[a-z]:(?=\/)/i.exec(parts)?.[0] ?? '';
  const encoded = parts.slice(drive.length).split('/').map(encodeURIComponent).join('/');
  if (drive !== '') return `file:///${drive}${encoded}`;
  return encoded.startsWith('/') ? `file://${encoded}` : encoded;
}
