const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The text without commands to the runner of GitHub Actions: lines that begin with two colons, or contain "##[". */
export const inert = (text: string): string => text.replace(/^([^\S\n]*)::+/gm, '$1').replaceAll('##[', '## [');

/** Text escaped for elements and quoted attributes of HTML and SVG. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
