import { AuditError } from '../../errors.js';
import { npz } from './npz.js';
import { safetensors } from './safetensors.js';
import type { TensorFileFormat } from './tensor-file.js';

/** Every format of an export. */
export const tensorFileFormats = { safetensors, npz } as const satisfies Record<string, TensorFileFormat>;

export type TensorFileFormatName = keyof typeof tensorFileFormats;

/** The format that a file's extension names. @throws AuditError FA401 */
export function formatOf(file: string): TensorFileFormatName {
  const found = Object.entries(tensorFileFormats).find(([, { extension }]) => file.toLowerCase().endsWith(extension));
  if (found) return found[0] as TensorFileFormatName;
  const extensions = Object.values(tensorFileFormats).map(({ extension }) => extension);
  throw new AuditError('FA401', {
    what: `--output: got ${file}, expected a name that ends in ${extensions.join(' or ')}`,
    fix: 'add one of these endings',
  });
}
