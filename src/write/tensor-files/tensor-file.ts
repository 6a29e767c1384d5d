/** A named tensor of float64 numbers, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** The contents of a tensor file. */
export interface TensorFile {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** A format of tensor files. */
export interface TensorFileFormat {
  /** File extension, with the dot. */
  readonly extension: string;
  /** The bytes of a file, tensor by tensor. @throws AuditError FA406 for names that the format does not allow */
  readonly write: (file: TensorFile) => AsyncIterable<Uint8Array>;
}
