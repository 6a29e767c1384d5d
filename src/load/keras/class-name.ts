import * as z from 'zod';
import { text } from '../../network/untrusted-schemas.js';

/** The class of a saved object. */
export const classSchema = z.object({
  class_name: text,
  module: text.nullish(),
  registered_name: text.nullish(),
});

type SavedClass = z.infer<typeof classSchema>;

/** Modules of Keras's own layers and models. Its operations are not among them: some have the class names of layers. */
const BUILT_IN = /^(tf_)?keras(\.src)?(\.(layers|models|engine)(\.|$)|$)/;

/** An operation of Keras 3, as `classOf` names it. */
export const OPERATION = / of keras\.src\.ops\.\w+$/;

/** The name of a class; for classes that are not Keras's own, with their origin: another Dense may compute anything. */
export function classOf({ class_name: name, module, registered_name: registered }: SavedClass): string {
  if (registered?.includes('>')) return registered;
  if (module === undefined || (module === null && !registered)) return name;
  return module !== null && BUILT_IN.test(module) ? name : `${name} of ${module ?? registered}`;
}
