import { AuditError } from '../../errors.js';
import type { NetworkInput } from '../../network/inputs.js';
import type { ArraySource } from './dataset.js';
import { quoted } from '../bytes/quoted.js';

const LABELS = new Set(['y', 'label', 'labels', 'target', 'targets', 'y_test', 'y_train']);
/** What the inputs are usually called, in the order in which they are taken. */
const INPUTS = ['x', 'inputs', 'data', 'x_test', 'x_train', 'images', 'image'];
const NAMES_SHOWN = 20;

/** A name without what Keras and TensorFlow append to it. */
function simpleName(name: string): string {
  return name.replace(/:0$/, '').replace(/_input$/, '');
}

/** Whether an array of the one name is meant for the input of the other. */
export function sameInput(array: string, input: string): boolean {
  return simpleName(array) === simpleName(input);
}

/** Labels by the usual names, unless an input of the model has that very name. */
export function isLabels({ name }: Pick<ArraySource, 'name'>, wanted: readonly NetworkInput[]): boolean {
  if (name === null || wanted.some((input) => input.name === name)) return false;
  return LABELS.has(name.toLowerCase());
}

function byUsualName(sources: readonly ArraySource[]): ArraySource | undefined {
  const named = (name: string) => sources.find((source) => source.name?.toLowerCase() === name);
  return INPUTS.map(named).find((source) => source !== undefined);
}

function listOf(names: readonly string[]): string {
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return names.slice(0, NAMES_SHOWN).join(', ') + more;
}

function unmatched(label: string, sources: readonly ArraySource[], wanted: readonly NetworkInput[]): AuditError {
  const names = sources.map(({ name }) => (name === null ? 'one array without a name' : quoted(name)));
  const wantedNames = listOf(wanted.map((input) => quoted(input.name)));
  return new AuditError('FA104', {
    what: `${label}: which array is which input? The model wants ${wantedNames}; the file has ${listOf(names)}`,
    fix: `name the arrays like the model's inputs (.npz, .json, .jsonl or .parquet)`,
  });
}

/**
 * The array of each of the model's inputs, in the model's order: by exact name, then without "_input" and ":0"; where
 * the model has one input only, also the one array that is no labels, or the one with a usual name.
 * @throws AuditError FA104 when an input has no array
 */
export function matchArrays(
  label: string,
  sources: readonly ArraySource[],
  wanted: readonly NetworkInput[],
): readonly ArraySource[] {
  const candidates = sources.filter((source) => !isLabels(source, wanted));
  const exact = wanted.map(({ name }) => candidates.find((source) => source.name === name));
  const free = candidates.filter((source) => !exact.includes(source));
  const single = wanted.length === 1 ? (free.length === 1 ? free[0] : byUsualName(free)) : undefined;
  return wanted.map(({ name }, i) => {
    const alike = free.find((source) => source.name !== null && sameInput(source.name, name));
    const source = exact[i] ?? alike ?? single;
    if (source === undefined) throw unmatched(label, sources, wanted);
    return source;
  });
}
