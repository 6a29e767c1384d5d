/**
 * Makes tables sortable: a button in each column head sorts up, then down, then restores the original order. Cells are sorted
 * by data-number or by their text; cells without a value come last. Without scripts the tables stay unsorted.
 */
export const sortScript = `
'use strict';
for (const table of document.querySelectorAll('table')) {
  const body = table.tBodies[0];
  const original = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const keyOf = (row, k) => {
    const cell = row.cells[k];
    if (cell.hasAttribute('data-none')) return null;
    const number = cell.getAttribute('data-number');
    return number === null ? cell.textContent : Number(number);
  };
  const order = (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
  const sort = (k, sign) => {
    const keys = new Map(original.map((row) => [row, keyOf(row, k)]));
    return [...original].sort((one, other) => {
      const a = keys.get(one), b = keys.get(other);
      return a === null || b === null ? (a === null) - (b === null) : sign * order(a, b);
    });
  };
  heads.forEach((head, k) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute('aria-sort', 'none');
    button.addEventListener('click', () => {
      const next = { none: 'ascending', ascending: 'descending', descending: 'none' }[head.getAttribute('aria-sort')];
      for (const one of heads) one.setAttribute('aria-sort', 'none');
      head.setAttribute('aria-sort', next);
      body.append(...(next === 'none' ? original : sort(k, next === 'ascending' ? 1 : -1)));
    });
  });
}
`;
