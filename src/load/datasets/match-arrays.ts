import { AuditError } from '../../errors.js';
import type { NetworkInput } from '../../network/inputs.js';
import type { ArraySource } from './dataset.js';
import { quoted } from '../bytes/quoted.js';

const LABELS = new Set(['y', 'label', 'labels', 'target', 'targets', 'y_test', 'y_train']);
/** Usual names of inputs, in order of preference. */
const INPUTS = ['x', 'inputs', 'data', 'x_test', 'x_train', 'images', 'image'];
const NAMES_SHOWN = 20;

/** A name without the endings that Keras and TensorFlow add. */
function simpleName(name: string): string {
  return name.replace(/:0$/, '').replace(/_input$/, '');
}

/** Whether an array of this name belongs to an input of that name. */
export function sameInput(array: string, input: string): boolean {
  return simpleName(array) === simpleName(input);
}

/** Whether an array has a usual name of labels, and no input of the model has this name. */
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
    what: `${label}: the arrays do not match the model's inputs; the model has ${wantedNames}, the file has ${listOf(names)}`,
    fix: `give the arrays the names of the model's inputs (.npz, .json, .jsonl or .parquet)`,
  });
}

/**
 * The array for each input of the model, in the model's order: the one with its name, or with its name up to "_input"
 * and ":0". A model with one input also takes the only array beside labels, or the array with a usual name.
 * @throws AuditError FA104 when there is no array for an input
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
