/** A file format for models; `Model` is what a file holds. */
export interface ModelFormat<Model> {
  /** As messages and documentation name the format. */
  readonly description: string;
  /** File names of this format that are looked for in a folder. */
  readonly usualNames: readonly string[];
  /** Whether a file of this name has this format. */
  matches(path: string): boolean;
  /**
   * @param memory bytes that the weights may take
   * @throws AuditError FA200 to FA205, FA401 where they take more
   */
  load(path: string, memory: number): Promise<Model>;
}
