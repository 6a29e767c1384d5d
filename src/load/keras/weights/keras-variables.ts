import type { LayerNode } from '../keras-model.js';
import { groupNames, storedName } from './weight-names.js';

type Config = Readonly<Record<string, unknown>>;

/** What decides which variables a layer has. */
interface Kind extends Pick<LayerNode, 'className' | 'config'> {
  readonly kerasMajor: 2 | 3 | null;
  /** How many layers are around it. */
  readonly nesting?: number;
}

/** Real wrappers are nested at most twice; a hostile file may nest them until the stack overflows. */
const MAX_NESTING = 8;

/** A variable: its place below the layer ("cell/vars/0") and its name below that of the layer ("gru_cell/kernel"). */
export interface KerasVariable {
  readonly numbered: string;
  readonly name: string;
}

/** Variables in the order in which Keras creates and numbers them. */
const ordered = (names: readonly (string | false)[]): KerasVariable[] =>
  names.filter((name) => name !== false).map((name, number) => ({ numbered: `vars/${number}`, name }));

const biased = ({ config }: Kind, ...names: readonly string[]): KerasVariable[] =>
  ordered([...names, config['use_bias'] === true && 'bias']);

const scaled = ({ config }: Kind): (string | false)[] => [
  config['scale'] === true && 'gamma',
  config['center'] === true && 'beta',
];

const inside = (attribute: string, name: string, variables: readonly KerasVariable[]): KerasVariable[] =>
  variables.map((own) => ({ numbered: `${attribute}/${own.numbered}`, name: `${name}/${own.name}` }));

const cell = (kind: Kind): KerasVariable[] => biased(kind, 'kernel', 'recurrent_kernel');
const withCell = (name: string) => (kind: Kind) => inside('cell', name, cell(kind));

/** Keras 2 names the variables of an inner layer as if they belonged to the layer around it. */
const hiding =
  (variables: (kind: Kind) => KerasVariable[] | null) =>
  (kind: Kind): KerasVariable[] | null => {
    const all = variables(kind);
    if (all === null || kind.kerasMajor === 3) return all;
    return all.map(({ numbered, name }) => ({ numbered, name: name.slice(name.indexOf('/') + 1) }));
  };

type Held = Kind & { readonly name: string };

/** A layer in the configuration of another one. */
function heldLayer(saved: unknown, { kerasMajor, nesting = 0 }: Kind): Held {
  const { class_name: className, config: own } = (saved ?? {}) as { class_name?: unknown; config?: Config | null };
  return {
    className: String(className),
    config: own ?? {},
    kerasMajor,
    nesting: nesting + 1,
    name: String(own?.['name']),
  };
}

/** The layer under the first of these keys that has a value. */
const held = (kind: Kind, ...keys: readonly string[]): Held =>
  heldLayer(
    keys.map((key) => kind.config[key]).find((value) => value !== undefined && value !== null),
    kind,
  );

/** The names of groups of cells. */
const cellNames: Readonly<Record<string, string>> = {
  GRUCell: 'gru_cell',
  LSTMCell: 'lstm_cell',
  SimpleRNNCell: 'simple_rnn_cell',
};

function recurrence(kind: Kind): KerasVariable[] | null {
  const own = held(kind, 'cell');
  const variables = kerasVariables(own);
  return variables && inside('cell', own.name, variables);
}

/** Groups of cells in a list are counted by class, like layers. */
function stacked(kind: Kind): KerasVariable[] | null {
  const { cells } = kind.config;
  const counts = new Map<string, number>();
  const variables = (Array.isArray(cells) ? (cells as unknown[]) : []).map((saved) => {
    const own = heldLayer(saved, kind);
    const group = Object.hasOwn(cellNames, own.className) ? cellNames[own.className] : undefined;
    if (group === undefined) return null;
    const count = counts.get(group) ?? 0;
    counts.set(group, count + 1);
    const inner = kerasVariables(own);
    return inner && inside(`cells/${group}${count > 0 ? `_${count}` : ''}`, own.name, inner);
  });
  return variables.every((own) => own !== null) ? variables.flat() : null;
}

const directions = { forward: ['layer'], backward: ['backward_layer', 'layer'] } as const;

function bidirectional(kind: Kind): KerasVariable[] | null {
  const variables = Object.entries(directions).map(([direction, keys]) => {
    const layer = held(kind, ...keys);
    const name = layer.name.startsWith(`${direction}_`) ? layer.name : `${direction}_${layer.name}`;
    const own = kerasVariables(layer);
    return own && inside(`${direction}_layer`, name, own);
  });
  return variables.every((own) => own !== null) ? variables.flat() : null;
}

function timeDistributed(kind: Kind): KerasVariable[] | null {
  const layer = held(kind, 'layer');
  const own = kerasVariables(layer);
  return own && inside('layer', layer.name, own);
}

/** The layers of a model inside another layer. Their groups are counted by class, as everywhere. */
function model(kind: Kind): KerasVariable[] | null {
  const { layers } = kind.config;
  if (kind.kerasMajor !== 3 || !Array.isArray(layers)) return null;
  const groupOf = groupNames();
  return (layers as unknown[]).flatMap((saved) => {
    const own = heldLayer(saved, kind);
    const group = groupOf(own.className);
    return inside(`layers/${group}`, own.name, kerasVariables(own) ?? []);
  });
}

const kernel = (kind: Kind): KerasVariable[] => biased(kind, 'kernel');

/** Layers with variables. Tests compare each of them with files that Keras wrote. */
const variablesOf: Readonly<Record<string, (kind: Kind) => KerasVariable[] | null>> = {
  BatchNormalization: (kind) => ordered([...scaled(kind), 'moving_mean', 'moving_variance']),
  Bidirectional: bidirectional,
  Conv1D: kernel,
  Conv2D: kernel,
  Conv2DTranspose: kernel,
  Conv3D: kernel,
  Conv3DTranspose: kernel,
  ConvLSTM2D: hiding(withCell('conv_lstm_cell')),
  Dense: kernel,
  DepthwiseConv2D: (kind) => biased(kind, storedName('depthwise_conv2d_kernel', kind.kerasMajor)),
  Embedding: () => ordered(['embeddings']),
  Functional: model,
  GRU: withCell('gru_cell'),
  GRUCell: cell,
  LayerNormalization: (kind) => ordered(kind.config['rms_scaling'] === true ? ['gamma'] : scaled(kind)),
  LSTM: withCell('lstm_cell'),
  LSTMCell: cell,
  // The results of `adapt` and its count of inputs; nothing where the configuration gives the numbers.
  Normalization: ({ config }) => ordered((config['mean'] ?? null) === null ? ['mean', 'variance', 'count'] : []),
  PReLU: () => ordered(['alpha']),
  RNN: recurrence,
  Sequential: model,
  SeparableConv2D: (kind) => biased(kind, 'depthwise_kernel', 'pointwise_kernel'),
  SimpleRNN: withCell('simple_rnn_cell'),
  SimpleRNNCell: cell,
  StackedRNNCells: stacked,
  TimeDistributed: hiding(timeDistributed),
};

/** The variables of a layer; null where their order is not known. */
export function kerasVariables(kind: Kind): readonly KerasVariable[] | null {
  if ((kind.nesting ?? 0) > MAX_NESTING || !Object.hasOwn(variablesOf, kind.className)) return null;
  return variablesOf[kind.className]?.(kind) ?? null;
}
