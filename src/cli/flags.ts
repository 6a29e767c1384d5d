import { type Command, Option } from 'commander';
import { reportFormats } from '../report/formats/index.js';
import { type OptionsSchema, defaultOf, flagOf, optionNames, parseOptions } from '../config/parse-options.js';
import type { OutputFlags } from './outputs.js';

/** Flags that every command has. */
export interface CommonFlags extends OutputFlags {
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export type Flags = CommonFlags & Readonly<Record<string, unknown>>;

/** Collects the values of an option that may be given several times. */
const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** The options of a command, as their schema defines them. */
export function addOptions(command: Command, schema: OptionsSchema, hidden: readonly string[] = []): void {
  for (const name of optionNames(schema)) {
    const { flags, help, repeatable } = flagOf(schema, name);
    const option = new Option(flags, help + defaultText(schema, name)).hideHelp(hidden.includes(name));
    if (repeatable) option.argParser(collect);
    command.addOption(option);
  }
}

/** The default in words. */
function defaultText(schema: OptionsSchema, name: string): string {
  const value = flagOf(schema, name).defaultText ?? defaultOf(schema, name);
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0)
    ? ''
    : ` (default ${(value as string | number).toString()})`;
}

/** Where reports go, and in which formats. */
export function addOutputOptions(command: Command, by = true): void {
  command
    .option(
      '-r, --report <name[=file]>',
      `${Object.keys(reportFormats).join(', ')}; repeatable; without =file the report goes to standard output (default table)`,
      collect,
    )
    .option('--json', 'same as --report json')
    .option('-o, --output <file>', 'write the report to this file instead of standard output');
  if (by)
    command.option(
      '--by <rows>',
      'rows of table and csv: layer, or weight for one row per weight tensor (default layer)',
    );
  addCommonOptions(command);
}

export function addCommonOptions(command: Command): void {
  command
    .option('-q, --quiet', 'print no progress and no warnings')
    .option('--debug', 'print stack traces with errors')
    .option('--no-color', 'no colours (NO_COLOR has the same effect; FORCE_COLOR forces colours)');
}

/** The configuration file of a command that takes options from it; an audit also takes its policy. */
export const addConfigOption = (command: Command, what = 'configuration file'): void =>
  void command.option(
    '--config <file>',
    `${what} (default: fisher-audit.config.json in the folder of the model or the nearest folder above it)`,
  );

/**
 * The options of a command: those of the configuration file, replaced by those of the flags, and parsed once.
 * @throws AuditError FA401
 */
export function optionsOf<Options>(
  schema: OptionsSchema<Options>,
  flags: Flags,
  configured: Readonly<Record<string, unknown>>,
): Options {
  const names = optionNames(schema);
  const known = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
  return parseOptions(schema, { ...known(configured), ...known(flags) });
}

/**
 * Likewise, with the configuration at `flags.config`, or the nearest one above the model. Its policy is for audits only.
 * @throws AuditError FA401, FA403
 */
export async function optionsWithConfig<Options>(
  schema: OptionsSchema<Options>,
  flags: Flags & { readonly config?: string },
  model: string,
): Promise<Options> {
  const { loadConfig } = await import('../config/config-file.js');
  const { options } = await loadConfig(flags.config ?? null, model);
  return optionsOf(schema, flags, options);
}
