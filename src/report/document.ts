import type { Check, Outcome } from '../results/report.js';

/*
 * What a report says, whatever it is shown as: every result (an audit, a comparison, checkpoints over training) becomes a
 * document, and every format for people renders documents. Neither knows the other.
 */

export interface Document {
  /** What was looked at, in a few words: the title of a page. */
  readonly title: string;
  /** What was done, in one line. */
  readonly headline: string;
  readonly sections: readonly Section[];
  readonly verdict: DocumentVerdict;
}

export interface DocumentVerdict {
  readonly outcome: Outcome;
  /** One line: what was covered, and the outcome. */
  readonly text: string;
  /** What was left out, one line each. */
  readonly remarks: readonly string[];
  /** Every check that was made, also those that passed. */
  readonly checks: readonly Check[];
}

export type Section =
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: Tone }
  | { readonly kind: 'items'; readonly title: string | null; readonly items: readonly Item[] }
  | { readonly kind: 'table'; readonly title: string | null; readonly table: Table }
  | { readonly kind: 'chart'; readonly chart: Chart };

/** A remark on something that has a name: a layer, a question. */
export interface Item {
  readonly name: string;
  readonly text: string;
}

/** What a text says, for the colour; the text says it too. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'faint';

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface TableColumn {
  /** One or two lines. */
  readonly title: string;
  /** Columns with a lower rank go first where there is no room; those of one rank go together. */
  readonly rank: number;
  readonly align: 'left' | 'right';
}

export interface Cell {
  readonly text: string;
  readonly tone: Tone;
  /** What the rows are sorted by; null sorts last. */
  readonly value: number | string | null;
}

/** A plot of series over one axis; formats without pictures leave charts out. */
export interface Chart {
  /** Unique in the document: letters, digits, - and _. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, for those who do not see it too. */
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
  /** Names of the places 0, 1, …, where the scale has categories; else empty. */
  readonly categories: readonly string[];
}

export interface Series {
  readonly name: string;
  /** Points stand by themselves (layers side by side), lines follow one another (draws, checkpoints). */
  readonly mark: 'points' | 'line';
  /** y null: there is no such number (or it is 0 on a logarithmic axis), the line has a gap. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
  /** Between what the true values lie, where bounds are known: whiskers of points, a shaded band of lines. */
  readonly bounds: readonly { readonly x: number; readonly lower: number; readonly upper: number }[];
}
