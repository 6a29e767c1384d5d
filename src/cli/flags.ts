import { type Command, Option } from 'commander';
import { reportFormats } from '../report/formats/index.js';
import { type OptionName, defaultOf, flagOf } from '../config/options.js';
import { byteSize } from '../text/format-numbers.js';
import type { OutputFlags } from './outputs.js';

/** Flags that every command has. */
export interface CommonFlags extends OutputFlags {
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export type Flags = CommonFlags & Readonly<Record<string, unknown>>;

/** Collects the values of an option that may be given several times. */
const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** Options of an audit, as the schema defines them. */
export function addOptions(command: Command, names: readonly OptionName[]): void {
  for (const name of names) {
    const { flags, help, repeatable } = flagOf(name);
    const option = new Option(flags, help + defaultText(name));
    if (repeatable) option.argParser(collect);
    command.addOption(option);
  }
}

/** The default in words. */
function defaultText(name: OptionName): string {
  const value = defaultOf(name);
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0)
    ? ''
    : ` (default ${name === 'memory' ? byteSize(value as number) : (value as string | number).toString()})`;
}

/** Where reports go, and in which formats. */
export function addOutputOptions(command: Command, by = true): void {
  command
    .option(
      '-r, --report <name[=file]>',
      `${Object.keys(reportFormats).join(', ')}; repeatable; without =file to standard output (default table)`,
      collect,
    )
    .option('--json', 'short for --report json')
    .option('-o, --output <file>', 'file for the report that would go to standard output');
  if (by) command.option('--by <rows>', 'rows of table and csv: layer or weight (default layer)');
  addCommonOptions(command);
}

export function addCommonOptions(command: Command): void {
  command
    .option('-q, --quiet', 'no progress and no warnings')
    .option('--debug', 'stack traces with errors')
    .option('--no-color', 'no colours (so does NO_COLOR; FORCE_COLOR forces them)');
}

/** Those of the flags that are options of an audit. */
export const pick = (flags: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(flags).filter(([name]) => names.includes(name)));

/** The configuration file of a command that takes options from it. */
export const addConfigOption = (command: Command): void =>
  void command.option('--config <file>', 'options (default: the nearest fisher-audit.config.json above the model)');

/**
 * Options of a command: those of the configuration file, and the flags, which count more. Checks of an audit (the policy)
 * are left to it.
 * @throws AuditError FA401, FA403
 */
export async function optionsWithConfig<Options>(
  parse: (input: unknown) => Options,
  flags: Flags & { readonly config?: string },
  names: readonly string[],
  model: string,
): Promise<Options> {
  // What is wrong with the flags is told before a file is looked for.
  parse(pick(flags, names));
  const { loadConfig } = await import('../config/config-file.js');
  const { options } = await loadConfig(flags.config ?? null, model);
  return parse({ ...pick(options, names), ...pick(flags, names) });
}
