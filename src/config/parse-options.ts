import * as z from 'zod';
import { AuditError } from '../errors.js';
import { issueWords } from '../text/check-value.js';
import { listProblems } from '../text/list-problems.js';
import { type Flag, flagRegistry } from './option-fields.js';

/** The schema of a command's options. */
export type OptionsSchema<Options = unknown> = z.ZodType<Options> & {
  readonly shape: Readonly<Record<string, z.ZodType>>;
};

/** The names of a command's options, in the order of its help. */
export const optionNames = ({ shape }: OptionsSchema): string[] => Object.keys(shape);

const fieldOf = ({ shape }: OptionsSchema, name: string): z.ZodType => {
  const field = shape[name];
  if (field === undefined) throw new Error(`no option ${name}`);
  return field;
};

/** How an option is written at the command line. */
export function flagOf(schema: OptionsSchema, name: string): Flag {
  const flag = flagRegistry.get(fieldOf(schema, name));
  if (flag === undefined) throw new Error(`option ${name} has no flag`);
  return flag;
}

/** The default as the schema has it. */
export const defaultOf = (schema: OptionsSchema, name: string): unknown =>
  fieldOf(schema, name).safeParse(undefined).data;

/** The words that an option takes; empty where it takes numbers or free text. */
export function choicesOf(schema: OptionsSchema, name: string): readonly string[] {
  const field = fieldOf(schema, name);
  const plain = field instanceof z.ZodDefault ? field.unwrap() : field;
  return plain instanceof z.ZodEnum ? plain.options.map(String) : [];
}

/**
 * Options with their defaults, from the command line, a configuration file or a program alike. One error names all
 * problems.
 * @throws AuditError FA401
 */
export function parseOptions<Options>(
  schema: OptionsSchema<Options>,
  input: Readonly<Record<string, unknown>>,
): Options {
  const parsed = schema.safeParse(input, { error: issueWords });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const unknown = issues.some(({ code }) => code === 'unrecognized_keys');
  throw new AuditError('FA401', {
    what: listProblems(issues, (issue) => describe(schema, issue, input)),
    fix: unknown
      ? `the options are ${optionNames(schema).join(', ')}`
      : 'run the command with --help for the values of its options',
  });
}

function describe(schema: OptionsSchema, issue: z.core.$ZodIssue, input: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') return `unknown option ${issue.keys.join(', ')}`;
  const name = String(issue.path[0]);
  const long = /--[a-z-]+/.exec(flagOf(schema, name).flags)?.[0] ?? name;
  return `${long}: got ${shown(input[name])}, ${issue.message}`;
}

/** Characters of a value that a message shows. */
const MOST_SHOWN = 200;

/** A value as it was written, or nearly so. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : inWords(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** JSON has no NaN, no Infinity, no large integers and nothing for symbols and functions. */
function inWords(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'symbol' || typeof value === 'bigint') return String(value);
  return typeof value === 'function' ? 'a function' : JSON.stringify(value);
}
