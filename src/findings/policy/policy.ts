import * as z from 'zod';
import type { Check } from '../../results/verdict.js';
import { isGlob, matchesGlob } from '../../text/glob.js';
import { type RuleName, ruleNames, rules } from './index.js';

const limitSchemas = (names: readonly RuleName[]): Record<string, z.ZodType> =>
  Object.fromEntries(names.map((name) => [name, rules[name].limit.optional().describe(rules[name].help)]));

/** Limits of some layers: any rule about layers, or false, which switches the rule off for them. */
const overrides = z.strictObject(
  Object.fromEntries(
    ruleNames
      .filter((name) => rules[name].scope === 'layer')
      .map((name) => [
        name,
        z
          .union([z.literal(false), rules[name].limit])
          .optional()
          .describe(rules[name].help),
      ]),
  ),
);

/** As long as the longest name of a layer. */
const LONGEST_GLOB = 1000;

/** Every pattern is compared with every layer. */
const MOST_GLOBS = 1000;

const globs = z
  .string()
  .max(LONGEST_GLOB, `expected a pattern of at most ${LONGEST_GLOB} characters`)
  .refine(isGlob, 'expected the name of a layer, or a pattern of names with * and ? only');

/** A policy as written in a file: limits for every layer, and limits for layers whose names match a glob. */
export const policySchema = z.strictObject({
  ...limitSchemas(ruleNames),
  layers: z
    .record(globs, overrides)
    .refine((own) => Object.keys(own).length <= MOST_GLOBS, `expected at most ${MOST_GLOBS} patterns`)
    .optional()
    .describe(
      'limits of layers whose name matches a pattern, such as "conv*"; the last match counts, false switches a rule off',
    ),
});

export type PolicyInput = Readonly<Partial<Record<RuleName, unknown>>> & {
  readonly layers?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
};

/** One limit and where it was set. */
export interface Setting {
  readonly limit: unknown;
  readonly source: Check['source'];
}

/** Limits with their sources, by rule. */
export type Policy = ReadonlyMap<RuleName, readonly PolicyEntry[]>;

/** A limit for the layers whose name matches, null: for all. The last matching entry counts. */
interface PolicyEntry extends Setting {
  readonly glob: string | null;
}

/** The limits of a written policy. `sourceOf` returns where the value at a path of keys was set. */
export function policyFrom(input: PolicyInput, sourceOf: (path: readonly string[]) => Check['source']): Policy {
  const { layers = {}, ...limits } = input;
  const entries = ruleNames.map((name): [RuleName, PolicyEntry[]] => {
    const own = limits[name];
    const general = own === undefined ? [] : [{ glob: null, limit: own, source: sourceOf([name]) }];
    const special = Object.entries(layers).flatMap(([glob, values]) => {
      const limit = values[name];
      return limit === undefined ? [] : [{ glob, limit, source: sourceOf(['layers', glob, name]) }];
    });
    return [name, [...general, ...special]];
  });
  return new Map(entries.filter(([, own]) => own.length > 0));
}

/** Whether a policy has any limit that is not switched off. */
export const isActive = (policy: Policy): boolean => [...policy.values()].flat().some(({ limit }) => limit !== false);

/** The limit of a rule for a layer (null: for the whole report); null where it has none. */
export function settingFor(policy: Policy, rule: RuleName, layer: string | null): Setting | null {
  const fitting = (policy.get(rule) ?? []).filter(
    ({ glob }) => glob === null || (layer !== null && matchesGlob(layer, glob)),
  );
  const last = fitting.at(-1);
  return last === undefined || last.limit === false ? null : last;
}

/** Later policies override earlier ones, but a limit for all layers never overrides one for certain layers. */
export const combined = (...policies: readonly Policy[]): Policy =>
  new Map(
    ruleNames
      .map((name): [RuleName, readonly PolicyEntry[]] => [
        name,
        specialLast(policies.flatMap((policy) => policy.get(name) ?? [])),
      ])
      .filter(([, own]) => own.length > 0),
  );

const specialLast = (entries: readonly PolicyEntry[]): PolicyEntry[] => [
  ...entries.filter(({ glob }) => glob === null),
  ...entries.filter(({ glob }) => glob !== null),
];

/** Globs that match no layer, such as a misspelt name. */
export const idleGlobs = (policy: Policy, layers: readonly string[]): string[] => [
  ...new Set(
    [...policy.values()]
      .flat()
      .flatMap(({ glob }) => (glob !== null && !layers.some((layer) => matchesGlob(layer, glob)) ? [glob] : [])),
  ),
];
