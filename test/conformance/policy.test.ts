import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Baseline, baselineOf } from '../../src/results/baseline.js';
import { ruleNames } from '../../src/findings/policy/index.js';
import {
  type Policy,
  type PolicyInput,
  combined,
  idleGlobs,
  policyFrom,
  policySchema,
} from '../../src/findings/policy/policy.js';
import { checkSentences } from '../../src/report/sentences/checks.js';
import { type Report, reportSchema } from '../../src/results/report.js';
import { judged } from '../support/reports/judged.js';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`data/policy/${name}`, import.meta.url), 'utf8'));

const outcomes = ['pass', 'fail', 'inconclusive'] as const;

/** A figure that is changed, by its path of keys; layers go by name. */
type Edits = Readonly<Record<string, unknown>>;

/** A stored result: what the template is changed to, and what a policy finds in it. */
interface Stored {
  readonly policy: object;
  readonly edits?: Edits;
  /** Changes of the baseline that the template gives; without them there is none. */
  readonly baseline?: Edits;
  readonly text: string;
}

const stored = read('cases.json') as Record<string, Record<(typeof outcomes)[number], Stored>>;

function edited<T>(value: T, edits: Edits): T {
  const copy = structuredClone(value);
  for (const [path, figure] of Object.entries(edits)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    const place = keys.reduce<unknown>(
      (at, key) =>
        Array.isArray(at)
          ? at.find(({ name }: { name?: string }) => name === key)
          : (at as Record<string, unknown>)[key],
      copy,
    ) as Record<string, unknown>;
    expect(place, path).toHaveProperty(last);
    place[last] = figure;
  }
  return copy;
}

const template = reportSchema.parse(read('report.json'));
const reportWith = (edits: Edits = {}): Report => reportSchema.parse(edited(template, edits));

function policyOf(input: object): Policy {
  const source = (path: readonly string[]) => ({
    file: 'policy.json',
    line: 1,
    setting: ['policy.json', ...path].join(' › '),
  });
  return policyFrom(policySchema.parse(input) as PolicyInput, source);
}

function baselineWith(edits: Edits): Baseline {
  const other = edited(baselineOf(template), edits);
  return { ...other, model: { ...other.model, sha256: 'of another model' } };
}

const verdictFor = (input: object, edits: Edits = {}, baseline: Baseline | null = null) =>
  judged({ report: reportWith(edits), baseline }, policyOf(input));

describe('rules', () => {
  it('have a passing, a failing and an inconclusive stored result each', () => {
    expect(Object.keys(stored).sort()).toEqual([...ruleNames].sort());
    for (const results of Object.values(stored)) expect(Object.keys(results)).toEqual(outcomes);
  });

  it('have a sentence each, as have the checks that no policy names', () => {
    expect(Object.keys(checkSentences).sort()).toEqual([...ruleNames, 'policy', 'audited'].sort());
  });

  const cases = Object.entries(stored).flatMap(([rule, results]) =>
    outcomes.map((outcome) => ({ rule, outcome, ...results[outcome] })),
  );
  it.each(cases)('$rule: $outcome', ({ rule, outcome, policy, edits, baseline, text }) => {
    const verdict = verdictFor(policy, edits, baseline ? baselineWith(baseline) : null);
    const own = verdict.checks.filter((check) => check.rule === rule);
    expect(own.map((check) => check.text)).toContainEqual(expect.stringMatching(new RegExp(text)));
    const [named] = own.filter((check) => new RegExp(text).test(check.text));
    expect(named?.outcome).toBe(outcome);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.passed).toBe(outcome === 'pass');
  });
});

describe('limits', () => {
  const layersOf = (input: object): Record<string, unknown> =>
    Object.fromEntries(verdictFor(input).checks.map(({ layer, limit }) => [layer, limit]));

  it('apply to layers whose names match; later entries override earlier ones, and false switches a rule off', () => {
    expect(layersOf({ maxFisher: 1 })).toEqual({ dense_1: 1, dense_2: 1, dense_3: 1 });
    expect(layersOf({ layers: { 'dense_?': { maxFisher: 1 }, '*3': { maxFisher: false } } })).toEqual({
      dense_1: 1,
      dense_2: 1,
    });
    expect(layersOf({ maxFisher: 1, layers: { '*_3': { maxFisher: false } } })).toEqual({ dense_1: 1, dense_2: 1 });
    expect(layersOf({ maxFisher: 1, layers: { '*': { maxFisher: 2 }, dense_2: { maxFisher: 3 } } })).toEqual({
      dense_1: 2,
      dense_2: 3,
      dense_3: 2,
    });
  });

  it('of the command line override those of a file for all layers, but not those of single layers', () => {
    const policy = combined(
      policyOf({ maxError: 5, layers: { dense_2: { maxError: false } } }),
      policyOf({ maxError: 9 }),
    );
    const { checks } = judged({ report: template, baseline: null }, policy);
    expect(checks.map(({ limit }) => limit)).toEqual([9, 9]);
  });

  it('may be percentages, and may be set for numbers of draws', () => {
    expect(policySchema.parse({ maxError: '12.5 %' })).toEqual({ maxError: 0.125 });
    const texts = verdictFor({ maxError: { 128: '100%', 8: 4 } }).checks.map(({ text }) => text);
    // Errors fall with the square root of the number of draws: 178% at 32 are 89% at 128.
    expect(texts[0]).toContain('relative error 360% at 8 draws is at most 400%');
    expect(texts[1]).toContain('relative error 89% at 128 draws is at most 100%');
  });

  it.each([
    { maxError: 0 },
    { maxError: '-10%' },
    { maxError: { 0: 0.1 } },
    { maxError: Infinity },
    { minFisher: -1 },
    { requireCoverage: '101%' },
    { requireEstimator: 'either' },
    { layers: { a: { requireData: true } } },
    { maxEror: 1 },
  ])('%j is not a policy', (input) => {
    expect(policySchema.safeParse(input).success).toBe(false);
  });

  it('that match no layer are reported', () => {
    const policy = policyOf({ maxError: 1, layers: { 'conv*': { maxError: 1 }, dense_1: { maxError: 2 } } });
    expect(idleGlobs(policy, ['dense_1'])).toEqual(['conv*']);
  });

  it.each(['constructor', '__proto__', 'block/conv', 'слой', 'a layer'])('apply to a layer named %s', (name) => {
    const layers = template.layers.map((layer, k) => (k === 0 ? { ...layer, name } : layer));
    const report = { ...template, layers };
    const policy = policyOf({ layers: JSON.parse(JSON.stringify({ '**': { maxFisher: 1e-9 } })) as object });
    const failed = judged({ report, baseline: baselineOf(report) }, policy).failures.map(({ layer }) => layer);
    expect(failed).toContain(name);
    const growth = judged({ report, baseline: baselineWith({}) }, policyOf({ maxIncrease: 1 }));
    // The one is not in the baseline, the other is no more in the network.
    expect(growth.failures.map(({ layer }) => layer)).toEqual([name, template.layers[0]?.name]);
  });

  it('relative to a baseline pass for the model of the baseline, whatever its sampling error', () => {
    const baseline = edited(baselineOf(template), { 'layers.dense_1.relativeError': 0.1 });
    expect(verdictFor({ maxIncrease: '1%' }, {}, baseline).outcome).toBe('pass');
    expect(verdictFor({ maxIncrease: '1%' }, {}, null).outcome).toBe('inconclusive');
  });
});
