import type { SynchronousFormat } from '../report-format.js';
import { Chalk, type ChalkInstance } from 'chalk';
import type { DocumentVerdict, Section } from '../document.js';
import { presentationOf } from '../documents/index.js';
import { textTable, tones, wrap } from '../text-table.js';
import type { View } from '../view.js';
import { hiddenColumnsNote } from '../sentences/notes.js';

export const table: SynchronousFormat = {
  render(result, view) {
    const chalk = new Chalk({ level: view.colour ? 1 : 0 });
    const { headline, sections, verdict } = presentationOf(result).document(view.by);
    const parts = [
      wrap(headline, view.width),
      ...sections.flatMap((section) => sectionText(section, view, chalk)),
      verdictText(verdict, view, chalk),
    ];
    return `${parts.join('\n\n')}\n`;
  },
};

/** One section, in one part or more; charts are left to formats that have pictures. */
function sectionText(section: Section, { width }: View, chalk: ChalkInstance): string[] {
  switch (section.kind) {
    case 'paragraph':
      return [tones(chalk)[section.tone ?? 'plain'](wrap(section.text, width))];
    case 'items': {
      const items = section.items.map(({ name, text }) =>
        wrap(`${name}: ${text}`, width, '  ').replace(name, chalk.bold(name)),
      );
      return items.length === 0 ? [] : [[...titled(section.title, chalk), ...items].join('\n')];
    }
    case 'table': {
      const { text, leftOut } = textTable(section.table, width, chalk);
      return [
        [...titled(section.title, chalk), text].join('\n'),
        ...(leftOut.length > 0 ? [chalk.dim(wrap(hiddenColumnsNote(leftOut), width))] : []),
      ];
    }
    case 'chart':
      return [];
  }
}

const titled = (title: string | null, chalk: ChalkInstance): string[] => (title === null ? [] : [chalk.bold(title)]);

function verdictText({ outcome, text, remarks, checks }: DocumentVerdict, view: View, chalk: ChalkInstance): string {
  const paint = { pass: chalk.green, fail: chalk.red, inconclusive: chalk.yellow, incomplete: chalk.yellow };
  const failures = checks.filter((check) => check.outcome !== 'pass');
  const lines = [...remarks, ...failures.map((check) => `${check.outcome}: ${check.text}`)];
  return [...lines.map((line) => wrap(line, view.width, '  ')), paint[outcome](wrap(text, view.width, '  '))].join(
    '\n',
  );
}
