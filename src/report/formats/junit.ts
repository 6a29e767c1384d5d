import type { SynchronousFormat } from '../report-format.js';
import type { Check } from '../../results/verdict.js';
import type { Document, DocumentVerdict } from '../document.js';
import { presentationOf } from '../documents/index.js';

/** One test case: a rule in a layer. `element` says why it did not pass. */
interface Case {
  readonly suite: string;
  readonly name: string;
  readonly element: 'failure' | 'error' | 'skipped' | null;
  readonly type: string;
  readonly text: string;
}

/** Elements by outcome: an inconclusive check is an error, so that it does not pass. */
const elements = { pass: null, fail: 'failure', inconclusive: 'error', incomplete: 'skipped' } as const;

/** JUnit XML for Jenkins (junit-10.xsd): a suite for each rule, a case for each layer, and a case for the verdict. */
export const junit: SynchronousFormat = {
  render(result, { by }) {
    const document = presentationOf(result).document(by);
    const cases = numbered([...document.verdict.checks.map(checkCase), ...verdictCases(document.verdict)]);
    const suites = [...new Set(cases.map(({ suite }) => suite))];
    const lines = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="fisher-audit" ${counts(cases)}>`,
      ...suites.flatMap((suite) =>
        suiteLines(
          suite,
          cases.filter((one) => one.suite === suite),
          document,
        ),
      ),
      '</testsuites>',
      '',
    ];
    return lines.join('\n');
  },
};

const checkCase = ({ rule, layer, outcome, text }: Check): Case => ({
  suite: rule,
  name: layer ?? 'whole model',
  element: elements[outcome],
  type: outcome,
  text,
});

/** The suite of cases that belong to no rule. */
const VERDICT = 'verdict';

/** Cases for layers that were not audited and for the verdict: a run without checks must not look as if it had passed. */
const verdictCases = ({ outcome, text, remarks }: DocumentVerdict): Case[] => [
  ...remarks.map((remark): Case => ({
    suite: VERDICT,
    name: remark,
    element: 'skipped',
    type: 'not audited',
    text: remark,
  })),
  { suite: VERDICT, name: VERDICT, element: elements[outcome], type: outcome, text },
];

/** Numbers repeated cases of a rule and a layer, because viewers identify cases by name. */
function numbered(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const key = JSON.stringify([one.suite, one.name]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? one : { ...one, name: `${one.name} (${count})` };
  });
}

function counts(cases: readonly Case[]): string {
  const of = (element: Case['element']): number => cases.filter((one) => one.element === element).length;
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}"`;
}

function suiteLines(suite: string, cases: readonly Case[], { title, verdict }: Document): string[] {
  const skipped = cases.filter(({ element }) => element === 'skipped').length;
  const property = (name: string, value: string): string => `      <property ${attributes({ name, value })}/>`;
  return [
    `  <testsuite ${attributes({ name: suite })} ${counts(cases)} skipped="${skipped}">`,
    '    <properties>',
    property('model', title),
    property('outcome', verdict.outcome),
    '    </properties>',
    ...cases.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function caseLines({ suite, name, element, type, text }: Case): string[] {
  const start = `    <testcase ${attributes({ name, classname: `fisher-audit.${suite}` })}`;
  return element === null
    ? [`${start}/>`]
    : [`${start}>`, `      <${element} ${attributes({ type, message: text })}/>`, '    </testcase>'];
}

const attributes = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(' ');

/** Characters that XML 1.0 forbids, even as references (section 2.2). */
const ILLEGAL = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string =>
  text.replace(ILLEGAL, '').replace(/[&<>"]/g, (character) => entities[character] ?? '');
