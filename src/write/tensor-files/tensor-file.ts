/** A tensor of float64 numbers under a name, its last axis varying fastest. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** What a file of tensors holds. */
export interface TensorFile {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** One format of such files. */
export interface TensorFileFormat {
  /** With the dot. */
  readonly extension: string;
  /** The bytes of a file, tensor by tensor. @throws AuditError FA406 for names that the format cannot hold */
  readonly write: (file: TensorFile) => AsyncIterable<Uint8Array>;
}
