import { distinct } from '../abbreviate.js';
import type { ChartAxis } from '../document.js';

/** A label and its position on an axis. */
export interface Tick {
  readonly place: number;
  readonly label: string;
}

/**
 * The positions of numbers on an axis: the number itself, its logarithm on a logarithmic scale, or the index of a category.
 */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
  /** Position of a number; null for null, and for numbers that are not positive on a logarithmic scale. */
  place(value: number | null): number | null;
}

const LONGEST_NAME = 26;

/** Approximate number of ticks. */
const TICKS = 7;

/** The scale of an axis for some numbers; numbers without a position are ignored. */
export function scaleOf({ scale, categories }: ChartAxis, values: readonly (number | null)[]): Scale {
  switch (scale) {
    case 'categories':
      return {
        min: -0.5,
        max: Math.max(categories.length, 1) - 0.5,
        ticks: distinct(categories, LONGEST_NAME).map((label, place) => ({ place, label })),
        place: (value) => value,
      };
    case 'linear':
      return linear(values.filter((value) => value !== null && Number.isFinite(value)) as number[]);
    case 'logarithmic':
      return logarithmic(values.map(logarithm).filter((value) => value !== null));
  }
}

const logarithm = (value: number | null): number | null =>
  value !== null && value > 0 && Number.isFinite(value) ? Math.log10(value) : null;

/** The range of the numbers; a single number gets some room on both sides. */
function rangeOf(values: readonly number[], room: number): [number, number] {
  if (values.length === 0) return [0, 1];
  // There may be too many numbers for the arguments of Math.min.
  const min = values.reduce((least, value) => Math.min(least, value), Infinity);
  const max = values.reduce((most, value) => Math.max(most, value), -Infinity);
  return min === max ? [min - room, max + room] : [min, max];
}

/** Ticks in steps of 1, 2 or 5 times a power of ten. */
function linear(values: readonly number[]): Scale {
  const [low, high] = rangeOf(values, Math.max(Math.abs(values[0] ?? 0), 1) / 2);
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  const ticks = Array.from({ length: last - first + 1 }, (_, k): Tick => {
    const place = (first + k) * step;
    return { place, label: labelOf(Number(place.toPrecision(12))) };
  });
  return { min: first * step, max: last * step, ticks, place: (value) => value };
}

/** With at most this many decades, 2 and 5 have ticks, too. */
const FEW_DECADES = 2;

/** Ticks at powers of ten, or at some of them where there are many; the range ends at ticks. */
function logarithmic(logarithms: readonly number[]): Scale {
  const [low, high] = rangeOf(logarithms, 0.2);
  const decades = high - low;
  const factors = decades <= FEW_DECADES ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / TICKS));
  const first = Math.floor(Math.floor(low) / stride) * stride;
  const ticks: Tick[] = [];
  for (let exponent = first; exponent <= Math.ceil(high) + stride; exponent += stride) {
    for (const factor of factors) {
      ticks.push({ place: exponent + Math.log10(factor), label: labelOf(Number(`${factor}e${exponent}`)) });
    }
  }
  // Equal numbers may have logarithms that differ in the last digit.
  const slack = 1e-9;
  const min = Math.max(...ticks.filter(({ place }) => place <= low + slack).map(({ place }) => place));
  const max = Math.min(...ticks.filter(({ place }) => place >= high - slack).map(({ place }) => place));
  return { min, max, ticks: ticks.filter(({ place }) => place >= min && place <= max), place: logarithm };
}

/** The shortest form of a tick: 0.02, 500, 1e-7. */
function labelOf(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential().replace('e+', 'e');
  return String(value);
}
