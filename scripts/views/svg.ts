/** The frame of our SVG pictures: a size, words for who cannot see it, colours for a light and for a dark page. */

export type Picture = {
  width: number;
  height: number;
  title: string;
  description: string;
  styles: { light: string; dark: string };
  /** Elements, one a line. */
  body: readonly string[];
};

export function svgDocument({ width, height, title, description, styles, body }: Picture): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="ui-sans-serif, system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif">
  <title id="title">${escaped(title)}</title>
  <desc id="desc">${escaped(description)}</desc>
  <style>
    ${styles.light}
    @media (prefers-color-scheme: dark) {
      ${styles.dark}
    }
  </style>
  <defs>
    <marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
      <path class="head" d="M0 0 L10 5 L0 10 z"/>
    </marker>
  </defs>
${body.map((element) => `  ${element}\n`).join('')}</svg>
`;
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
