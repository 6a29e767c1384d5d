import { AuditError } from '../../errors.js';

/**
 * The major version of Keras in the version that a file names, such as "3.5.0". tfjs-layers ("tfjs-layers 4.22.0")
 * computes like Keras 2.
 * @param where what messages call the entry
 * @throws AuditError FA205 for any other text
 */
export function kerasMajorOf(where: string, version: string): 2 | 3 {
  if (/^3\./.test(version)) return 3;
  if (/^([012]\.|tfjs-layers )/.test(version)) return 2;
  throw new AuditError('FA205', {
    what: `${where}: "${version.slice(0, 50)}" is not a version that fisher-audit supports`,
    fix: 'save the model with model.save() of Keras 2, Keras 3 or tfjs',
  });
}

/** Keras 3.0 to 3.3 lose the masks of values that are passed in a list, as to layers that merge them. */
export const losesMergedMasks = (version: string | undefined): boolean => /^3\.[0-3](\.|$)/.test(version ?? '');
