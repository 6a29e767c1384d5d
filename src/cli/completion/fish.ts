import type { CompletedCommand, CompletedOption, Values } from './tree.js';

/** Lines of fish's complete. */
export const fish = (commands: readonly CompletedCommand[]): string => {
  const names = commands.flatMap(({ name }) => (name === '' ? [] : [name]));
  const lines = commands.flatMap((command) => commandLines(command, names));
  return ['# fisher-audit completion fish', 'complete -c fisher-audit -e', ...lines, ''].join('\n');
};

function commandLines({ name, help, options, words }: CompletedCommand, names: readonly string[]): string[] {
  const none = `not __fish_seen_subcommand_from ${names.join(' ')}`;
  const here = quoted(name === '' ? none : `__fish_seen_subcommand_from ${name}`);
  const start = `complete -c fisher-audit -n ${here}`;
  return [
    ...(name === '' ? [] : [`complete -c fisher-audit -n ${quoted(none)} -a ${name} -d ${quoted(help)}`]),
    ...(words === 'files' ? [] : [`${start} -f${offered(words)}`]),
    ...options.map((option) => `${start}${optionWords(option)}`),
  ];
}

function optionWords({ short, long, help, value, values }: CompletedOption): string {
  const flags = `${short === null ? '' : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`;
  // A report may be followed by its file: json=report.json.
  const takes = value === null ? '' : values === 'files' || long === '--report' ? ' -r' : ' -x';
  return `${flags}${takes}${value === null ? '' : offered(values)} -d ${quoted(help)}`;
}

const offered = (values: Values): string => (typeof values === 'string' ? '' : ` -a ${quoted(values.join(' '))}`);

/** A word of fish: within single quotes, only these two are read. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
