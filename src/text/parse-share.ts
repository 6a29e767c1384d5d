/** A percentage as text: "10%", "12.5 %". */
export const PERCENTAGE = /^\s*(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*%\s*$/;

/** The share that a number ("0.1") or a percentage ("10%") stands for; NaN for any other text. */
export function parseShare(text: string): number {
  if (PERCENTAGE.test(text)) return Number(text.replace('%', '')) / 100;
  return text.trim() === '' ? NaN : Number(text);
}
