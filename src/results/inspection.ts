/** What `inspect` says about one layer. */
export interface InspectedLayer {
  readonly name: string;
  readonly type: string;
  readonly supported: boolean;
  /** Trainable parameters, and how many of them an audit would cover; null where the model cannot be lowered. */
  readonly parameters: number | null;
  readonly audited: number | null;
  /** How the outputs depend on its parameters; null where it has no trainable parameters. */
  readonly applicability: 'linear' | 'smooth' | 'kinked' | null;
  readonly kinks: readonly string[];
  /** Whether Î₂ applies to every audited weight of the layer; null where no weight is audited. */
  readonly hessianApplies: boolean | null;
}

/** Expected time, memory and arithmetic of an audit. */
export interface InspectedCost {
  readonly flopsPerInput: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly backend: string;
  readonly inputs: number;
}

/** What `inspect` says about a model. */
export interface Inspection {
  readonly model: { readonly path: string; readonly format: string; readonly parameters: number | null };
  readonly likelihood: { readonly family: string; readonly inferredFrom: string } | null;
  readonly layers: readonly InspectedLayer[];
  readonly coverage: number | null;
  /** Expected cost of an audit with these options; null where unsupported layers or unknown input sizes prevent a forecast. */
  readonly cost: InspectedCost | null;
  readonly note: string | null;
}
