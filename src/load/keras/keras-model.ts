import type { AuditError } from '../../errors.js';
import type { Shape, Values } from '../../kernels/kernels.js';

/** A saved model, whatever file format it came from: layers with their configurations, and weights by name. */
export interface KerasModel {
  readonly path: string;
  readonly format: string;
  /** SHA-256 of the bytes of the model file and its weight files. */
  readonly sha256: string;
  /** The major version of Keras that wrote the model (some functions differ); null where the file does not say. */
  readonly kerasMajor: 2 | 3 | null;
  /** Whether tfjs-layers wrote it: some of its layers compute differently from those of Keras. */
  readonly tfjs?: boolean;
  /** Whether the version of Keras that wrote it loses masks where values are merged. */
  readonly losesMergedMasks?: boolean;
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, StoredWeight>;
}

export interface StoredWeight {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Values;
  /** Path of the layer or model that owns the weight; absent where the file shows it by the name only. */
  readonly within?: string;
  /**
   * The end of `name` where Keras 3 numbers the variables of a layer: "vars/0", or "cell/vars/0" for a layer inside it.
   */
  readonly numbered?: string;
  /** The error to throw when a layer uses the weight; `values` is empty then. */
  readonly refusal?: AuditError;
}

/** Layers and their calls. In a Sequential model each layer is called once. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly LayerNode[];
  readonly inputs: readonly TensorReference[];
  readonly outputs: readonly TensorReference[];
}

export interface LayerNode {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** null where the file does not say; layers with weights need it. */
  readonly trainable: boolean | null;
  /** The arguments of each call of the layer. Input layers have one call without arguments. */
  readonly calls: readonly (readonly TensorReference[])[];
  /** The layers inside, where the layer is a model; null for other layers. */
  readonly graph: Graph | null;
  /** Why this use of the layer cannot be audited; null where it can. Unsupported kinds of layers are reported first. */
  readonly refusal: AuditError | null;
}

/** The result of one call of a layer. `mask`: it is passed as the mask of the first argument, not as an argument. */
export interface TensorReference {
  readonly layer: string;
  readonly call: number;
  readonly mask?: true;
}
