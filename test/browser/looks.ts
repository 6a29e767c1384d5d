/* Functions that run in the page: they may use nothing from outside. */

/** Relative luminance contrast (WCAG 2) of every text, and of everything drawn in charts, with what it is drawn on. */
export function contrasts(): { what: string; kind: 'text' | 'mark'; ratio: number }[] {
  const { document, getComputedStyle } = globalThis as any;
  const parse = (colour: string): number[] => (/rgba?\(([^)]*)\)/.exec(colour)?.[1] ?? '').split(/[ ,/]+/).map(Number);
  const luminance = (colour: number[]): number => {
    const [r = 0, g = 0, b = 0] = colour
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: any): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (colour: string, element: any): number => {
    const [a, b] = [luminance(parse(colour)), luminance(behind(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const hasText = (element: any): boolean =>
    !['SCRIPT', 'STYLE', 'title', 'desc'].includes(element.tagName) &&
    [...element.childNodes].some((node: any) => node.nodeType === 3 && node.textContent.trim() !== '');
  const texts = [...document.querySelectorAll('body *')]
    .filter((element: any) => hasText(element) && element.checkVisibility())
    .map((element: any) => {
      const { fill, color } = getComputedStyle(element);
      const colour = element.namespaceURI.endsWith('svg') ? fill : color;
      return { what: element.textContent.slice(0, 40), kind: 'text' as const, ratio: ratio(colour, element) };
    });
  // Lines behind the plot are to be faint, and bands let through what is behind them.
  const isMark = (path: any, key: string): boolean =>
    /^var\(--chart-(?!rule)/.test(path.getAttribute(key)) && Number(path.getAttribute(`${key}-opacity`) ?? '1') === 1;
  const marks = [...document.querySelectorAll('svg path, svg polyline, svg line')]
    .filter((path: any) => path.checkVisibility() && !path.closest('defs'))
    .flatMap((path: any) =>
      ['fill', 'stroke']
        .filter((key) => isMark(path, key))
        .map((key) => ({
          what: path.getAttribute(key),
          kind: 'mark' as const,
          ratio: ratio(getComputedStyle(path)[key], path),
        })),
    );
  return [...texts, ...marks];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Texts of charts that lie upon one another or reach out of their chart. Turned ones may not be closer than their height. */
export function collisions(): string[] {
  const { document } = globalThis as any;
  const apart = (a: Box, b: Box): boolean =>
    a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  const isInside = (box: Box, frame: Box): boolean =>
    Math.min(box.left - frame.left, frame.right - box.right, box.top - frame.top, frame.bottom - box.bottom) >= -1;
  const ofChart = (svg: any): string[] => {
    const boxes = [...svg.querySelectorAll('text')].map((text: any) => ({
      text: text.textContent as string,
      isTurned: /matrix\(0\.5/.test(text.getAttribute('transform')),
      box: text.getBoundingClientRect() as Box,
    }));
    const frame = svg.getBoundingClientRect() as Box;
    const straight = boxes.filter(({ isTurned }) => !isTurned);
    // The end of a turned text is where its tick is.
    const ends = boxes.flatMap(({ isTurned, box }) => (isTurned ? box.right : [])).sort((a, b) => a - b);
    return [
      ...boxes.flatMap(({ text, box }) => (isInside(box, frame) ? [] : `${text} reaches out`)),
      ...straight.flatMap(({ text, box }, k) =>
        straight.slice(k + 1).flatMap((other) => (apart(box, other.box) ? [] : `${text} lies on ${other.text}`)),
      ),
      ...ends.flatMap((end, k) => (k > 0 && (end - ends[k - 1]!) * Math.sin(Math.PI / 3) < 12 ? 'turned texts' : [])),
    ];
  };
  return [...document.querySelectorAll('svg')].filter((svg: any) => svg.checkVisibility()).flatMap(ofChart);
}
