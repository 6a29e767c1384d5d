import type { CompletedCommand, CompletedOption } from './tree.js';
import { quoted } from './shell-quote.js';

/** For bash 3.2 and later. Bash completes file names where the script offers nothing. */
export const bash = (commands: readonly CompletedCommand[]): string => {
  const names = commands.flatMap(({ name }) => (name === '' ? [] : [name]));
  return `# fisher-audit completion bash
_fisher_audit() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command='' word options='' words='' values='' kind=word
  COMPREPLY=()
  # --option=value comes as three words.
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
    # json=file
    [[ $previous == -* ]] || kind=files
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      ${names.join(' | ')})
        command=$word
        break
        ;;
    esac
  done
  case $command in
${commands.map((command) => commandCase(command, names)).join('\n')}
  esac
  case $kind in
    text) compopt +o default +o bashdefault 2>/dev/null ;;
    choice) COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
    word)
      if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
      else
        COMPREPLY=($(compgen -W "$words" -- "$current"))
      fi
      ;;
  esac
}
complete -o bashdefault -o default -F _fisher_audit fisher-audit
`;
};

function commandCase({ name, options, words }: CompletedCommand, names: readonly string[]): string {
  const flags = options.flatMap(({ short, long }) => (short === null ? [long] : [short, long]));
  const offered = name === '' ? names : typeof words === 'string' ? [] : words;
  return `    ${quoted(name)})
      options=${quoted(flags.join(' '))}
      ((COMP_CWORD > ${name === '' ? 1 : 2})) || words=${quoted(offered.join(' '))}
      case $previous in
${options.flatMap(valueCase).join('\n')}
      esac
      ;;`;
}

function valueCase({ short, long, value, values }: CompletedOption): string[] {
  if (value === null) return [];
  const pattern = [...(short === null ? [] : [short]), long].join(' | ');
  const kind = typeof values === 'string' ? `kind=${values}` : `kind=choice values=${quoted(values.join(' '))}`;
  return [`        ${pattern}) ${kind} ;;`];
}
