import { AuditError } from '../../errors.js';

/** Twenty times the largest topology of keras.applications. */
export const MAX_JSON_BYTES = 32 * 2 ** 20;

/** The value of a JSON text that a file is, or holds. @throws AuditError FA202 */
export function parseJson(where: string, json: Uint8Array | string, fix: string): unknown {
  try {
    return JSON.parse(typeof json === 'string' ? json : new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (error) {
    const why = (error as Error).message;
    throw new AuditError('FA202', { what: `${where}: not valid JSON`, why, fix }, { cause: error });
  }
}

/**
 * The major version in "3.5.0" as Keras writes it, or in "tfjs-layers 4.22.0", which computes as Keras 2 does.
 * @throws AuditError FA202
 */
export function kerasMajorOf(where: string, version: string): 2 | 3 {
  if (/^3\./.test(version)) return 3;
  if (/^([012]\.|tfjs-layers )/.test(version)) return 2;
  throw new AuditError('FA202', {
    what: `${where}: "${version.slice(0, 50)}" is no known version`,
    fix: 'save the model with model.save() of Keras or tfjs',
  });
}
