import type { AuditError } from '../../errors.js';
import type { Shape, Values } from '../../kernels/kernels.js';

/** A saved model, whatever file format it came from: layers with their configurations, and weights by name. */
export interface KerasModel {
  readonly path: string;
  readonly format: string;
  /** Hash over the model file and its weights, as they lie on disk. */
  readonly sha256: string;
  /** The Keras major version that wrote the configuration (some functions differ); null where the file does not say. */
  readonly kerasMajor: 2 | 3 | null;
  /** Whether tfjs-layers wrote it: some of its layers compute otherwise than those of Keras. */
  readonly tfjs?: boolean;
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, StoredWeight>;
}

export interface StoredWeight {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Values;
  /** Path of the layer, or of the model around it, that the file keeps the weight with; by default only names tell. */
  readonly within?: string;
  /**
   * Keras 3 numbers the variables of a layer: "vars/0", or "cell/vars/0" for those of a layer inside it. This end of the
   * name stands for the variable's.
   */
  readonly numbered?: string;
  /** Why the values cannot be used, told once a layer wants them; then there are none. */
  readonly refusal?: AuditError;
}

/** Layers and how they are called. A Sequential model is a graph in which each layer is called once. */
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
  readonly trainable: boolean;
  /** One list of arguments for every time the layer is called. Input layers are called once, with none. */
  readonly calls: readonly (readonly TensorReference[])[];
  /** The layers of a model used as a layer. */
  readonly graph: Graph | null;
  /** Why the layer cannot be audited as it is used here, told once its kind is known to be supported; mostly null. */
  readonly refusal: AuditError | null;
}

/** The result of the `call`-th call of a layer; `mask`: given as the mask of the first argument, not as an argument. */
export interface TensorReference {
  readonly layer: string;
  readonly call: number;
  readonly mask?: true;
}
