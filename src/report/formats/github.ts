import type { Check } from '../../results/report.js';
import type { DocumentVerdict } from '../document.js';
import { shown } from '../documents/index.js';
import type { PromptFormat } from './index.js';

/** Workflow commands of GitHub Actions: an annotation for each check that did not pass, at the line that set its limit. */
export const github: PromptFormat = {
  render(result, { by }) {
    const { verdict } = shown(result).document(by);
    const failures = verdict.checks.filter(({ outcome }) => outcome !== 'pass');
    return [...failures.map(annotation), ...notices(verdict), inert(verdict.text), ''].join('\n');
  },
};

function annotation({ rule, layer, outcome, text, source }: Check): string {
  const title = `${rule}: ${layer ?? 'whole model'} (${outcome})`;
  const place = { file: source.file.replaceAll('\\', '/'), ...(source.line !== null && { line: String(source.line) }) };
  return command(outcome === 'fail' ? 'error' : 'warning', { ...place, title }, text);
}

/** What was left out; it never reads as passed. */
function notices({ outcome, text, remarks }: DocumentVerdict): string[] {
  if (outcome !== 'incomplete' && remarks.length === 0) return [];
  return [command('notice', { title: `fisher-audit: ${outcome}` }, [text, ...remarks].join('\n'))];
}

const command = (name: string, properties: Readonly<Record<string, string>>, text: string): string =>
  `::${name} ${Object.entries(properties)
    .map(([key, value]) => `${key}=${escaped(value, /[%\r\n:,]/g)}`)
    .join(',')}::${escaped(text, /[%\r\n]/g)}`;

/** %0A for a line end, and so on, as the toolkit of GitHub Actions writes it. */
const escaped = (text: string, unsafe: RegExp): string =>
  text.replace(unsafe, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

/** A line that the runner takes for text: what it obeys begins with two colons, or holds "##[". */
const inert = (text: string): string => text.replace(/^[\s:]*::/, '').replaceAll('##[', '## [');
