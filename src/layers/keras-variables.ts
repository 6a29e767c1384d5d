import type { LayerNode } from '../load/network.js';

type Config = Readonly<Record<string, unknown>>;

/** What decides which variables a layer has. */
interface Kind extends Pick<LayerNode, 'className' | 'config'> {
  readonly kerasMajor: 2 | 3 | null;
  /** Layers around it that hold it. */
  readonly nesting?: number;
}

/** Real wrappers hold one another twice at most; a hostile file may nest until the stack ends. */
const MAX_NESTING = 8;

/** A variable: where Keras keeps it below its layer ("cell/vars/0"), and its name below the layer's ("gru_cell/kernel"). */
export interface KerasVariable {
  readonly numbered: string;
  readonly name: string;
}

/** Names in the order in which Keras creates them, which is the order of their numbers. */
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

const cell = (name: string) => (kind: Kind) => inside('cell', name, biased(kind, 'kernel', 'recurrent_kernel'));

/** The layer that a layer holds, as Keras saves it in the configuration. */
function held({ config, kerasMajor, nesting = 0 }: Kind, ...keys: readonly string[]): Kind & { readonly name: string } {
  const saved = keys.map((key) => config[key]).find((value) => value !== undefined && value !== null);
  const { class_name: className, config: own } = (saved ?? {}) as { class_name?: unknown; config?: Config | null };
  return {
    className: String(className),
    config: own ?? {},
    kerasMajor,
    nesting: nesting + 1,
    name: String(own?.['name']),
  };
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
  if (own === null) return null;
  // Keras 2 names the variables as if they were the wrapper's own.
  return inside('layer', layer.name, own).map((one, k) =>
    kind.kerasMajor === 2 ? { ...one, name: (own[k] as KerasVariable).name } : one,
  );
}

const kernel = (kind: Kind): KerasVariable[] => biased(kind, 'kernel');

/** Layers with variables. `test/load/keras-files.test.ts` holds each against files that Keras wrote. */
const variablesOf: Readonly<Record<string, (kind: Kind) => KerasVariable[] | null>> = {
  BatchNormalization: (kind) => ordered([...scaled(kind), 'moving_mean', 'moving_variance']),
  Bidirectional: bidirectional,
  Conv1D: kernel,
  Conv2D: kernel,
  Conv2DTranspose: kernel,
  Conv3D: kernel,
  Conv3DTranspose: kernel,
  Dense: kernel,
  DepthwiseConv2D: (kind) => biased(kind, depthwiseKernel(kind.kerasMajor)),
  Embedding: () => ordered(['embeddings']),
  GRU: cell('gru_cell'),
  LayerNormalization: (kind) => ordered(scaled(kind)),
  LSTM: cell('lstm_cell'),
  PReLU: () => ordered(['alpha']),
  SeparableConv2D: (kind) => biased(kind, 'depthwise_kernel', 'pointwise_kernel'),
  SimpleRNN: cell('simple_rnn_cell'),
  TimeDistributed: timeDistributed,
};

/** The kernel of a depthwise convolution, as the version of Keras names it. */
export const depthwiseKernel = (kerasMajor: 2 | 3 | null): string => (kerasMajor === 3 ? 'kernel' : 'depthwise_kernel');

/** The variables of a layer; null where their order is not known. */
export function kerasVariables(kind: Kind): readonly KerasVariable[] | null {
  if ((kind.nesting ?? 0) > MAX_NESTING || !Object.hasOwn(variablesOf, kind.className)) return null;
  return variablesOf[kind.className]?.(kind) ?? null;
}
