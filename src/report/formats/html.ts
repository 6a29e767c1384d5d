import { createHash } from 'node:crypto';
import type { Result } from '../../results/index.js';
import { presentationOf } from '../documents/index.js';
import { Markup, markup } from '../html/markup.js';
import { outcomeMarkup, sectionMarkup, verdictMarkup } from '../html/sections.js';
import { sortScript } from '../html/sort.js';
import { style } from '../html/style.js';
import type { View } from '../view.js';

/**
 * Content Security Policy of the page, in case markup gets past the escaping: it may run its own script only, and may load
 * and send nothing. Inline styles are allowed, because charts use style attributes.
 */
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${createHash('sha256').update(sortScript).digest('base64')}'`,
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A page in one self-contained file. */
export function renderHtml(result: Result, { by }: View): string {
  const { title, headline, sections, verdict } = presentationOf(result).document(by);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title} · fisher-audit</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="headline">${headline}</p>
${outcomeMarkup(verdict)}
${sections.map(sectionMarkup)}
${verdictMarkup(verdict)}
</main>
<footer>${result.tool.name} ${result.tool.version}</footer>
<script>${new Markup(sortScript)}</script>
</body>
</html>
`.text;
}
