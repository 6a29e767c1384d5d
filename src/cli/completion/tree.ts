import type { Argument, Command, Option } from 'commander';
import { resultSchemas } from '../../results/index.js';
import { reportFormats } from '../../report/formats/index.js';
import { compareOptionsSchema } from '../../config/compare-options.js';
import { auditOptionsSchema, exportOptionsSchema } from '../../config/options.js';
import { type OptionsSchema, choicesOf, flagOf, optionNames } from '../../config/parse-options.js';
import { topics } from '../help/topics.js';

/** What may be typed at a place: a file, one of a few words, or free text. */
export type Values = 'files' | 'text' | readonly string[];

export interface CompletedOption {
  readonly short: string | null;
  readonly long: string;
  readonly help: string;
  /** Name of its value; null where it takes none. */
  readonly value: string | null;
  readonly values: Values;
}

/** A command; the default one has no name. */
export interface CompletedCommand {
  readonly name: string;
  readonly help: string;
  readonly options: readonly CompletedOption[];
  readonly words: Values;
}

/** Words of options and arguments that take only some, by the option or the argument. */
const choices: Readonly<Record<string, readonly string[]>> = {
  ...choicesIn(auditOptionsSchema),
  ...choicesIn(exportOptionsSchema),
  ...choicesIn(compareOptionsSchema),
  '--report': Object.keys(reportFormats),
  '--by': ['layer', 'weight'],
  kind: Object.keys(resultSchemas),
  topic: Object.keys(topics),
};

function choicesIn(schema: OptionsSchema): Record<string, readonly string[]> {
  const long = (name: string): string => /--[a-z-]+/.exec(flagOf(schema, name).flags)?.[0] ?? '';
  return Object.fromEntries(optionNames(schema).map((name) => [long(name), choicesOf(schema, name)]));
}

/** What can be completed: the tree of commander, whatever commands there are. */
export const completionTree = (program: Command): CompletedCommand[] => [
  commandOf(program, ''),
  ...program.commands.map((command) => commandOf(command, command.name())),
];

const help: CompletedOption = { short: '-h', long: '--help', help: 'help, with examples', value: null, values: [] };

const commandOf = (command: Command, name: string): CompletedCommand => ({
  name,
  help: command.description(),
  options: [...command.options.flatMap(optionOf), help],
  words: wordsOf(command.registeredArguments),
});

function optionOf({ short, long, description, flags }: Option): CompletedOption[] {
  if (long === undefined) return [];
  const value = /<(.+?)>/.exec(flags)?.[1] ?? null;
  return [{ short: short ?? null, long, help: description, value, values: valuesOf(long, value) }];
}

function valuesOf(long: string, value: string | null): Values {
  const words = choices[long] ?? [];
  if (words.length > 0) return words;
  return value !== null && /^(file|folder|path|data|model)/.test(value) ? 'files' : 'text';
}

function wordsOf([first]: readonly Argument[]): Values {
  if (first === undefined) return 'text';
  return first.argChoices ?? choices[first.name()] ?? 'files';
}
