import type { SynchronousFormat } from '../report-format.js';
import type { Cell, Document, DocumentVerdict, Section, Table, Tone } from '../document.js';
import { presentationOf } from '../documents/index.js';

const marks = { pass: '✅', fail: '❌', inconclusive: '⚠️', incomplete: '⚠️' } as const;

/** GitHub Flavored Markdown for a comment: the verdict, the tables and failed checks, and the rest folded. */
export const markdown: SynchronousFormat = {
  render(result, { by }) {
    const { headline, sections, verdict } = presentationOf(result).document(by);
    const { leading, folded } = parted(sections);
    const parts = [
      `### ${marks[verdict.outcome]} fisher-audit: ${verdict.outcome}`,
      escaped(headline),
      ...leading.filter(({ kind }) => kind === 'table').flatMap(sectionText),
      ...judgement(verdict),
      ...leading.filter(({ kind }) => kind !== 'table').flatMap(sectionText),
      ...foldedText(folded),
      escaped(verdict.text),
    ];
    return `${parts.join('\n\n')}\n`;
  },
};

/** Separates what is always visible (tables and the first paragraph that is not faint) from what is folded. */
function parted(sections: Document['sections']): { leading: Section[]; folded: Section[] } {
  const next = sections.find((section) => section.kind === 'paragraph' && section.tone !== 'faint');
  const leads = (section: Section): boolean => section.kind === 'table' || section === next;
  return { leading: sections.filter(leads), folded: sections.filter((section) => !leads(section)) };
}

/** Checks that did not pass and layers that were not audited; these are never folded. */
function judgement({ checks, remarks }: DocumentVerdict): string[] {
  const failures = checks.filter(({ outcome }) => outcome !== 'pass');
  const lines = [
    ...failures.map(({ outcome, text }) => `- **${outcome}**: ${escaped(text)}`),
    ...remarks.map(listItem),
  ];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

const listItem = (text: string): string => `- ${escaped(text)}`;

function foldedText(sections: readonly Section[]): string[] {
  const texts = sections.flatMap(sectionText);
  return texts.length === 0 ? [] : ['<details>\n<summary>Details</summary>', ...texts, '</details>'];
}

/** One section, in one part or more; charts are left to formats that have pictures. */
function sectionText(section: Section): string[] {
  switch (section.kind) {
    case 'paragraph':
      return [escaped(section.text)];
    case 'items': {
      const items = section.items.map(({ name, text }) => `- **${escaped(name)}**: ${escaped(text)}`);
      return items.length === 0 ? [] : [...titled(section.title), items.join('\n')];
    }
    case 'table':
      return [...titled(section.title), tableText(section.table)];
    case 'chart':
      return [];
  }
}

const titled = (title: string | null): string[] => (title === null ? [] : [`**${escaped(title)}**`]);

function tableText({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title.split('\n').map(escaped).join('<br>'))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : ':---'))),
    ...rows.map((row) => line(row.map(cellText))),
  ].join('\n');
}

const loud: readonly Tone[] = ['warn', 'bad'];

const cellText = ({ text, tone }: Cell): string =>
  text !== '' && loud.includes(tone) ? `**${escaped(text)}**` : escaped(text);

/**
 * Escapes text so that it is shown literally: no markup, HTML, links, formulas or mentions. GitHub finds mentions and
 * references after it has rendered the markup, so a zero-width space (U+200B) must break them.
 */
const escaped = (text: string): string =>
  text
    .replace(/@|#(?=\d)/g, '$&\u200b')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*[\]|~]/g, '\\$&')
    // An underscore between letters or digits is not markup: dense_1.
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/\$/g, '&#36;')
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/www\./gi, '$&\u200b')
    // At the start of a line these make headings, lists, rules or the underline of a heading.
    .replace(/^(\s*)([-+=#])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');
