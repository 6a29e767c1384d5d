import * as z from 'zod';
import { positive } from '../findings/policy/limit-schemas.js';
import { parseShare } from '../text/parse-share.js';

/** How an option is written at the command line. The schema of an option is the only place that defines it. */
export interface Flag {
  /** As commander wants it. */
  readonly flags: string;
  readonly help: string;
  /** The option may be given several times; its values are collected. */
  readonly repeatable?: boolean;
  /** The default in words, where the value itself is hard to read. */
  readonly defaultText?: string;
}

/** The flags of every option, by its schema. */
export const flagRegistry = z.registry<Flag>();

/** Text from the command line and plain values from the API go through the same check. */
export const fromText = <T>(parse: (text: string) => unknown, schema: z.ZodType<T>): z.ZodType<T> =>
  z.preprocess((value) => (typeof value === 'string' ? parse(value) : value), schema);

/** The number that a text stands for; NaN, or the text itself where it is blank, so that the schema refuses it. */
const toNumber = (text: string): unknown => (text.trim() === '' ? text : Number(text));

/** 512MB, 1.5 GB, 1GiB, or a number of bytes. */
export const toBytes = (text: string): unknown => {
  const [, size, unit = '', binary] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?$/i.exec(text.trim()) ?? [];
  if (size === undefined) return text;
  return Math.floor(Number(size) * (binary ? 1024 : 1000) ** (1 + 'kmgt'.indexOf(unit.toLowerCase() || ' ')));
};

export const number = (schema: z.ZodType<number>): z.ZodType<number> => fromText(toNumber, schema);

/** A number, or a percentage as text. */
export const share = (schema: z.ZodType<number>): z.ZodType<number> => fromText(parseShare, schema);

/** A relative error or limit; unlike in a policy, text without a percent sign is a number too. */
export const positiveShare = share(positive);

export const integer = (what: string, least: number, most = 2 ** 31): z.ZodType<number> =>
  number(z.number(what).int(what).min(least, what).max(most, `expected at most ${most}`));

export const integerOrAll = (what: string): z.ZodType<number | 'all'> =>
  z.union([z.literal('all'), integer(what, 1)], { error: what });

const MAX_SAMPLES = 2 ** 24;
const COUNTS = 'expected integers ≥ 1';

/** A count, or several separated by commas; sorted, each once. */
export const sampleCounts = fromText(
  (text) => text.split(',').map(toNumber),
  z.preprocess(
    (value) => (typeof value === 'number' ? [value] : value),
    z
      .array(z.number(COUNTS).int(COUNTS).min(1, COUNTS).max(MAX_SAMPLES, `expected at most ${MAX_SAMPLES}`), COUNTS)
      .min(1, COUNTS)
      .transform((list) => [...new Set(list)].sort((a, b) => a - b)),
  ),
);
