import * as z from 'zod';
import { text } from '../../network/untrusted-schemas.js';

/** The class of a saved object. */
export const classSchema = z.object({
  class_name: text,
  module: text.nullish(),
  registered_name: text.nullish(),
});

interface SavedClass extends z.infer<typeof classSchema> {
  readonly config?: unknown;
  readonly inbound_nodes?: readonly unknown[] | undefined;
}

/** Modules of Keras's own layers and models. Its operations are not among them: some have the class names of layers. */
const BUILT_IN = /^(tf_)?keras(\.src)?(\.(layers|models|engine)(\.|$)|$)/;

/** An operation of Keras 3, as `classOf` names it. */
export const OPERATION = / of keras\.ops$/;

/** Layers that do not save what all others do. */
const WITHOUT_FLAGS = /^(SpatialDropout[123]D|Discretization)$/;

const MODULE_OF_OPERATIONS = /^keras\.src\.ops\.\w+$/;

/**
 * Whether this is an operation of Keras 3. Its HDF5 files do not store modules. There, what has the calls of Keras 3 and
 * neither `trainable` nor a policy of number types is no layer, but for some layers that save neither.
 */
function isOperation({ class_name: name, module, config, inbound_nodes: calls = [] }: SavedClass): boolean {
  if (module !== undefined) return module !== null && MODULE_OF_OPERATIONS.test(module);
  const { trainable, dtype, layers } = (config ?? {}) as Readonly<Record<string, unknown>>;
  const isLayer = trainable !== undefined || typeof dtype === 'object' || WITHOUT_FLAGS.test(name);
  return !isLayer && layers === undefined && typeof calls[0] === 'object' && !Array.isArray(calls[0]);
}

/** The name of a class; for classes that are not Keras's own, with their origin: another Dense may compute anything. */
export function classOf(saved: SavedClass): string {
  const { class_name: name, module, registered_name: registered } = saved;
  if (isOperation(saved)) return `${name} of keras.ops`;
  if (registered?.includes('>')) return registered;
  if (module === undefined || (module === null && !registered)) return name;
  return module !== null && BUILT_IN.test(module) ? name : `${name} of ${module ?? registered}`;
}
