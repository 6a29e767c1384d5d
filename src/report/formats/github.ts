import type { SynchronousFormat } from '../report-format.js';
import type { Check } from '../../results/verdict.js';
import type { DocumentVerdict } from '../document.js';
import { presentationOf } from '../documents/index.js';
import { inert } from '../escape.js';

/** Workflow commands of GitHub Actions: one annotation for each check that did not pass, at the line that sets its limit. */
export const github: SynchronousFormat = {
  render(result, { by }) {
    const { verdict } = presentationOf(result).document(by);
    const failures = verdict.checks.filter(({ outcome }) => outcome !== 'pass');
    return [...failures.map(annotation), ...notices(verdict), inert(verdict.text), ''].join('\n');
  },
};

function annotation({ rule, layer, outcome, text, source }: Check): string {
  const title = `${rule}: ${layer ?? 'whole model'} (${outcome})`;
  const place = { file: source.file.replaceAll('\\', '/'), ...(source.line !== null && { line: String(source.line) }) };
  return command(outcome === 'fail' ? 'error' : 'warning', { ...place, title }, text);
}

/** Notices about layers that were not audited, so that the run does not look as if it had passed. */
function notices({ outcome, text, remarks }: DocumentVerdict): string[] {
  if (outcome !== 'incomplete' && remarks.length === 0) return [];
  return [command('notice', { title: `fisher-audit: ${outcome}` }, [text, ...remarks].join('\n'))];
}

const command = (name: string, properties: Readonly<Record<string, string>>, text: string): string =>
  `::${name} ${Object.entries(properties)
    .map(([key, value]) => `${key}=${escaped(value, /[%\r\n:,]/g)}`)
    .join(',')}::${escaped(text, /[%\r\n]/g)}`;

/** Percent-encodes characters as the toolkit of GitHub Actions does: %0A for a line end. */
const escaped = (text: string, unsafe: RegExp): string =>
  text.replace(unsafe, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
