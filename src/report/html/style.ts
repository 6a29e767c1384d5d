/*
 * The style sheet of a page. All colours, those of charts included, are variables that follow the reader's preference for
 * light or dark.
 */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --raised: #f5f6f7; --rule: #d9dcdf; --ink: #1c1e21; --faint: #5c6268;
  --good: #106b32; --warn: #8a5300; --bad: #b3141f; --link: #0067b1;
  --chart-ink: #33373b; --chart-rule: #e3e5e8;
  --chart-1: #0067b1; --chart-2: #b34700; --chart-3: #007355; --chart-4: #8a3a9e; --chart-5: #75620a; --chart-6: #b5174f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --raised: #1f2327; --rule: #3a4046; --ink: #e6e8ea; --faint: #a3aab1;
    --good: #6bd08f; --warn: #f0b35a; --bad: #ff8a84; --link: #6cb8f5;
    --chart-ink: #c9ced3; --chart-rule: #30363b;
    --chart-1: #5ab4f0; --chart-2: #f0985a; --chart-3: #45c99d; --chart-4: #d78fe6; --chart-5: #d8c050; --chart-6: #ff8fb3;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1rem; }
h1, h2, p, dd, dt, li, figcaption { overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 2rem 0 0.25rem; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2.5rem 0 0.75rem; }
p, dd, li { max-width: 46rem; }
.headline { color: var(--faint); margin: 0 0 1rem; }
.outcome { border-left: 0.3rem solid currentColor; background: var(--raised); padding: 0.5rem 0.75rem; margin: 1rem 0 1.5rem; max-width: none; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .faint { color: var(--faint); }
p.faint { font-size: 0.9rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
.scroll:focus-visible, button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
thead th { vertical-align: bottom; white-space: nowrap; line-height: 1.3; border-bottom: 2px solid var(--rule); }
tbody th { font-weight: 600; }
tbody tr:hover > * { background: var(--raised); }
tbody th span { display: inline-block; vertical-align: top; width: max-content; max-width: 18rem; overflow-wrap: anywhere; }
td { white-space: nowrap; }
.right { text-align: right; }
tr > :first-child { position: sticky; left: 0; background: var(--paper); padding-left: 0.25rem; }
.prose td { white-space: normal; }
.prose td:last-child { min-width: 18rem; overflow-wrap: anywhere; }
th button {
  font: inherit; color: inherit; text-align: inherit; background: none; border: 0; padding: 0; margin: 0; cursor: pointer;
  display: inline-flex; align-items: flex-end; gap: 0.3em;
}
th button::after { content: "\\2195"; color: var(--faint); font-weight: 400; width: 0.8em; text-align: center; }
[aria-sort="ascending"] button::after { content: "\\2191"; color: var(--link); }
[aria-sort="descending"] button::after { content: "\\2193"; color: var(--link); }
dl { margin: 0.75rem 0; }
dt { font-weight: 600; }
dd { margin: 0 0 0.6rem; }
figure { margin: 2.5rem 0; }
figure h2 { margin-top: 0; }
figure .scroll { margin: 0.5rem 0; }
figcaption { color: var(--faint); font-size: 0.9rem; max-width: 46rem; }
svg { display: block; }
.narrow { display: none; }
footer { color: var(--faint); font-size: 0.85rem; margin: 3rem auto 2rem; }
@media (max-width: 56rem) { .wide { display: none; } .narrow { display: block; } }
@media (max-width: 40rem) {
  h1 { font-size: 1.3rem; }
  th, td { padding: 0.35rem 0.5rem; }
  tbody th span { max-width: 10rem; }
}
@media print { th button::after { content: none; } .scroll { overflow: visible; } }
`;
