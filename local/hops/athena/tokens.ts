/** SQL's words, as far as telling statements apart and finding a name's place need them. It is no parser. */

export type Token = { kind: 'word' | 'quoted' | 'text' | 'symbol'; text: string; start: number; end: number };

/** Words, quoted identifiers, string literals and symbols; comments and white space fall away. */
export function tokens(sql: string): Token[] {
  const pattern =
    /--[^\n]*|\/\*[\s\S]*?\*\/|\s+|(?<quoted>"(?:[^"]|"")*"|`[^`]*`)|(?<text>'(?:[^']|'')*')|(?<word>[A-Za-z_][\w$]*)|(?<symbol>[\s\S])/g;
  return [...sql.matchAll(pattern)].flatMap((match): Token[] => {
    const { quoted, text, word, symbol } = match.groups ?? {};
    const start = match.index;
    const span = { start, end: start + match[0].length };
    if (quoted !== undefined) return [{ kind: 'quoted', text: unquote(quoted), ...span }];
    if (text !== undefined) return [{ kind: 'text', text: text.slice(1, -1).replaceAll("''", "'"), ...span }];
    if (word !== undefined) return [{ kind: 'word', text: word, ...span }];
    return symbol === undefined ? [] : [{ kind: 'symbol', text: symbol, ...span }];
  });
}

function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.slice(1, -1);
}
