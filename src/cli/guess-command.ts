import { CommanderError } from 'commander';
import { closestMatch } from 'leven';
import { AuditError } from '../errors.js';

/** Letters in which a word may differ from the command that it was meant to be. */
const MOST_DIFFERENCES = 2;

/**
 * The error with the command that was probably meant, where the first word is no command. Such a word is taken for the
 * path of a model, so that a misspelt command would be reported as a missing file.
 * @param commands the names of all commands
 */
export function withGuessedCommand(error: unknown, argv: readonly string[], commands: readonly string[]): unknown {
  const [word = ''] = argv;
  if (commands.includes(word)) return error;
  const meant = closestMatch(word, commands, { maxDistance: MOST_DIFFERENCES });
  if (meant === undefined) return error;
  const guess = `did you mean the command ${meant}?`;
  if (error instanceof AuditError && error.code === 'FA200') {
    return new AuditError(error.code, { ...error.text, fix: `${guess} If not, ${error.text.fix}` }, { cause: error });
  }
  if (error instanceof CommanderError && error.code === 'commander.excessArguments') {
    const what = `${word} is not a command, and a model and a data set are all that an audit takes`;
    return new AuditError('FA401', { what, fix: guess }, { cause: error });
  }
  return error;
}
