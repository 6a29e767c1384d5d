import type { Check, Outcome } from '../results/verdict.js';

/*
 * The content of a report, independent of its format. Every result (an audit, a comparison, checkpoints over training)
 * becomes a document, and every format for people renders documents. Results and formats do not know each other.
 */

export interface Document {
  /** The title of a page. */
  readonly title: string;
  /** What was audited and how, in one line. */
  readonly headline: string;
  readonly sections: readonly Section[];
  readonly verdict: DocumentVerdict;
}

export interface DocumentVerdict {
  readonly outcome: Outcome;
  /** What was covered, and the outcome, in one line. */
  readonly text: string;
  /** Layers that were not audited, one line each. */
  readonly remarks: readonly string[];
  /** All checks, also those that passed. */
  readonly checks: readonly Check[];
}

export type Section =
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: Tone }
  | { readonly kind: 'items'; readonly title: string | null; readonly items: readonly Item[] }
  | { readonly kind: 'table'; readonly title: string | null; readonly table: Table }
  | { readonly kind: 'chart'; readonly chart: Chart };

/** A text about something with a name, such as a layer or a question. */
export interface Item {
  readonly name: string;
  readonly text: string;
}

/** How a text is coloured. The text alone must say the same. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'faint';

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface TableColumn {
  /** One or two lines. */
  readonly title: string;
  /** In narrow views, the columns of the lowest rank are hidden first, all of one rank together. */
  readonly rank: number;
  readonly align: 'left' | 'right';
}

export interface Cell {
  readonly text: string;
  readonly tone: Tone;
  /** The value that rows are sorted by; null sorts last. */
  readonly value: number | string | null;
}

/** A plot of series. Formats without pictures do not show charts. */
export interface Chart {
  /** Unique in the document: letters, digits, - and _. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, also for screen readers. */
  readonly caption: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly Series[];
  /** Horizontal lines, such as a target. */
  readonly lines: readonly { readonly name: string; readonly y: number }[];
}

export interface ChartAxis {
  readonly title: string;
  readonly scale: 'linear' | 'logarithmic' | 'categories';
  /** Names of the positions 0, 1, … of a scale of categories; empty for other scales. */
  readonly categories: readonly string[];
}

export interface Series {
  readonly name: string;
  /** Points for separate things (layers side by side), lines for sequences (draws, checkpoints). */
  readonly mark: 'points' | 'line';
  /** y is null where there is no value (or it is 0 on a logarithmic axis): the line has a gap there. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
  /** Bounds on the true values, where known: whiskers for points, a shaded band for lines. */
  readonly bounds: readonly { readonly x: number; readonly lower: number; readonly upper: number }[];
}
