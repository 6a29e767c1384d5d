import { listed } from '../../text/format-numbers.js';
import type { Chart, Series } from '../document.js';

/** What a chart cannot show, as sentences; empty where it shows everything. */
export function leftOut({ x, y, series }: Chart): string {
  const nameOf = (place: number): string =>
    x.scale === 'categories' ? (x.categories[place] ?? String(place)) : `${x.title} ${place}`;
  const said = (why: (y: number | null) => boolean): string[] =>
    series.flatMap(({ name, points }) => {
      const names = points.filter((point) => why(point.y)).map((point) => nameOf(point.x));
      if (names.length === 0) return [];
      return [`${name} ${names.length === points.length ? 'everywhere' : `(${listed(names, 3)})`}`];
    });
  const sentence = (start: string, names: string[]): string[] =>
    names.length === 0 ? [] : [`${start}: ${listed(names, 8)}.`];
  const isLogarithmic = y.scale === 'logarithmic';
  return [
    ...sentence(
      'Not shown, because 0 has no place on a logarithmic axis',
      isLogarithmic ? said((value) => value === 0) : [],
    ),
    ...sentence(
      'Not shown, because there is no value',
      said((value) => value === null),
    ),
    ...(isLogarithmic && series.some(reachesZero) ? ['Whiskers and bands without a lower end extend to 0.'] : []),
  ].join(' ');
}

const reachesZero = ({ bounds }: Series): boolean => bounds.some(({ lower, upper }) => lower <= 0 && upper > 0);
