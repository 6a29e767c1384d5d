import type { CompletedCommand, CompletedOption, Values } from './tree.js';
import { quoted } from './shell-quote.js';

/** A function of zsh's completion system; it works as a file in $fpath and when it is sourced. */
export const zsh = (commands: readonly CompletedCommand[]): string => {
  const named = commands.filter(({ name }) => name !== '');
  return `#compdef fisher-audit
_fisher_audit_commands() {
  local -a commands=(
${named.map(({ name, help }) => `    ${quoted(`${name}:${help}`)}`).join('\n')}
  )
  _describe -t commands command commands
}

_fisher_audit_model() {
  _alternative 'commands:command:_fisher_audit_commands' 'files:model:_files'
}

_fisher_audit_report() {
  if compset -P '*='; then
    _files
  else
    compadd -S '' -- "$@"
  fi
}

_fisher_audit() {
  local word command=''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case $word in
      ${named.map(({ name }) => name).join(' | ')})
        command=$word
        break
        ;;
    esac
  done
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}

if [[ \${funcstack[1]} == _fisher_audit || \${funcstack[1]} == _fisher-audit ]]; then
  _fisher_audit "$@"
else
  compdef _fisher_audit fisher-audit
fi
`;
};

function commandCase({ name, options, words }: CompletedCommand): string {
  // The first word is the model, or the command itself.
  const first = name === '' ? '1:model:_fisher_audit_model' : '1: : ';
  const specs = [...options.map(optionSpec), quoted(first), quoted(`*:${escaped(name || 'data')}:${action(words)}`)];
  return `    ${quoted(name)})\n      _arguments -S \\\n        ${specs.join(' \\\n        ')}\n      ;;`;
}

/** An option in the syntax of _arguments. `*` allows it several times: repeatable options are not marked in the tree. */
function optionSpec({ short, long, help, value, values }: CompletedOption): string {
  const explanation = `[${escaped(help)}]`;
  const taken = value === null ? '' : `:${escaped(value)}:${long === '--report' ? report(values) : action(values)}`;
  const specs = [
    ...(short === null ? [] : [`*${short}${value === null ? '' : '+'}`]),
    `*${long}${value === null ? '' : '='}`,
  ];
  return specs.map((spec) => quoted(`${spec}${explanation}${taken}`)).join(' ');
}

const action = (values: Values): string =>
  values === 'files' ? '_files' : values === 'text' ? ' ' : `(${values.join(' ')})`;

const report = (values: Values): string => `_fisher_audit_report ${typeof values === 'string' ? '' : values.join(' ')}`;

/** Escapes the characters that would end an explanation or a message of _arguments. */
const escaped = (text: string): string => text.replace(/[\\[\]:]/g, '\\$&');
