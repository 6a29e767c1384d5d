import { AuditError } from '../../../errors.js';
import { type Shape, sameShape } from '../../../kernels/kernels.js';
import type { KerasModel, StoredWeight } from '../keras-model.js';
import { namedWeights } from './numbered-variables.js';
import { ANY_CELL, storedName } from './weight-names.js';

/** The last parts of a weight's name that are compared; no layer path has more. */
const MAX_PARTS = 64;

/** The cell in the names of weights of recurrent layers: gru/gru_cell/kernel, lstm_1/lstm_cell_2/bias. */
const CELL = /_cell(_\d+)?$/;

/** Names of what is stored beside weights: the state of random generators and optimizers, and counters. */
const STATE = /(^|\/)((seed_generator|seed_generator_state|optimizer)(\/|$)|count(:\d+)?$)/;

/**
 * Finds the weights of layers in a file. Stored names may have the name of a model or of the layer in front, and end in
 * ":0". The name that shares most of the layer's path is taken, then the shortest one.
 */
export class StoredWeights {
  readonly #model: KerasModel;
  readonly #weights: readonly StoredWeight[];
  readonly #byEnding = new Map<string, StoredWeight[]>();
  readonly #owners = new Map<StoredWeight, string>();

  /** @throws AuditError FA203 when the numbered variables of a layer do not match its configuration */
  constructor(model: KerasModel) {
    this.#model = model;
    this.#weights = namedWeights(model);
    for (const weight of this.#weights) {
      const parts = partsOf(weight);
      this.#index(weight, parts);
      if (CELL.test(parts.at(-2) ?? '')) this.#index(weight, parts.with(-2, ANY_CELL));
    }
  }

  #index(weight: StoredWeight, parts: readonly string[]): void {
    for (let from = Math.max(0, parts.length - MAX_PARTS); from < parts.length; from++) {
      const ending = parts.slice(from).join('/');
      const known = this.#byEnding.get(ending);
      if (known) known.push(weight);
      else this.#byEnding.set(ending, [weight]);
    }
  }

  /**
   * The weight of a layer.
   * @param inner paths below that of the layer under which the weight may be stored
   * @throws AuditError FA203 when there is none, when another layer has it, or when its shape is another one
   */
  take(layer: string, inner: readonly string[], name: string, shape: Shape): StoredWeight {
    const found = this.#find(layer, inner, storedName(name, this.#model.kerasMajor));
    const taker = [layer, inner.at(-1)].filter((part) => part !== '').join('/');
    const owner = this.#owners.get(found);
    if (owner !== undefined && owner !== taker) throw this.#shared(found, owner, taker);
    if (found.refusal) throw found.refusal;
    if (!sameShape(found.shape, shape)) throw this.#otherShape(found, layer, shape);
    this.#owners.set(found, taker);
    return found;
  }

  /** @throws AuditError FA203 for weights that no layer has taken: the layers are not those that were trained */
  refuseLeftOver(): void {
    const left = this.#weights.filter((weight) => !this.#owners.has(weight) && !STATE.test(weight.name));
    if (left.length === 0) return;
    const names = left.slice(0, 5).map(({ name }) => name);
    throw this.#error(
      `${left.length} weights belong to no layer: ${names.join(', ')}${left.length > names.length ? ', …' : ''}`,
      OTHER_MODEL,
    );
  }

  #find(layer: string, inner: readonly string[], name: string): StoredWeight {
    const path = layer.split('/');
    for (let from = 0; from <= path.length; from++) {
      for (const below of inner) {
        const ending = [...path.slice(from), below, name].filter((part) => part !== '').join('/');
        const found = (this.#byEnding.get(ending) ?? []).filter(({ within }) =>
          // Once Keras has loaded a model, the names of weights inside wrappers lack the name of the wrapper.
          within === undefined ? from < path.length : `${layer}/`.startsWith(`${within}/`),
        );
        if (found.length > 0) return this.#nearest(found, layer, name);
      }
    }
    throw this.#missing(layer, name);
  }

  #nearest(found: readonly StoredWeight[], layer: string, name: string): StoredWeight {
    const least = Math.min(...found.map((weight) => partsOf(weight).length));
    const near = found.filter((weight) => partsOf(weight).length === least);
    const own = near.filter((weight) => partsOf(weight)[0] === this.#model.graph.name);
    const [only, second] = near.length > 1 && own.length > 0 ? own : near;
    if (only !== undefined && second === undefined) return only;
    const names = near.slice(0, 5).map((weight) => weight.name);
    throw this.#error(
      `several weights match "${name}" of layer ${layer}: ${names.join(', ')}`,
      'give the layers different names and save the model again',
    );
  }

  #missing(layer: string, name: string): AuditError {
    if (this.#weights.some((stored) => stored.within === undefined && /(^|\/)vars\/\d+$/.test(stored.name))) {
      return this.#error(
        `layer ${layer} has no weight "${name}" in the file, and the file has numbered weights of no layer`,
        'use the file that Keras saved, model.keras',
      );
    }
    return this.#error(
      `layer ${layer} has no weight "${name}" in the file`,
      'save the model together with its weights',
    );
  }

  #shared(weight: StoredWeight, first: string, second: string): AuditError {
    return this.#error(`weight "${weight.name}" matches two layers, ${first} and ${second}`, OTHER_MODEL);
  }

  #otherShape(weight: StoredWeight, layer: string, shape: Shape): AuditError {
    return this.#error(
      `weight "${weight.name}" has shape [${weight.shape}], but layer ${layer} needs [${shape}]`,
      OTHER_MODEL,
    );
  }

  #error(what: string, fix: string): AuditError {
    return new AuditError('FA203', { what: `${this.#model.path}: ${what}`, fix });
  }
}

const OTHER_MODEL = 'use a file whose configuration and weights are of one model';

const partsOf = ({ name }: StoredWeight): string[] => name.replace(/:\d+$/, '').split('/');
