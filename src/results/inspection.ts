import type { Forecast } from '../engine/plan/forecast.js';

/** One layer as an audit would meet it. */
export interface InspectedLayer {
  readonly name: string;
  readonly type: string;
  readonly supported: boolean;
  /** Trainable parameters, and those that would be audited; null where the model cannot be followed. */
  readonly parameters: number | null;
  readonly audited: number | null;
  /** How the outputs depend on its parameters; null where it has none that are trained. */
  readonly applicability: 'linear' | 'smooth' | 'kinked' | null;
  readonly kinks: readonly string[];
}

export interface Inspection {
  readonly model: { readonly path: string; readonly format: string; readonly parameters: number | null };
  readonly likelihood: { readonly family: string; readonly inferredFrom: string } | null;
  readonly layers: readonly InspectedLayer[];
  readonly coverage: number | null;
  /** What an audit with these options would take; null where unsupported layers or open sizes hide it. */
  readonly cost: (Forecast & { readonly backend: string; readonly inputs: number }) | null;
  readonly note: string | null;
}
