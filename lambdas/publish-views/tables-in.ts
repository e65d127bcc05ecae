/**
 * The names of the tables that a query reads: what follows FROM and JOIN, in any subquery, less the query's own WITH
 * names. It reads tokens rather than text, so that comments, strings and column names do not count. It is no parser:
 * SQL that Athena refuses gives some answer, and Athena then says what is wrong.
 */

type Token = { kind: 'name' | 'quoted' | 'symbol'; text: string };

/** Within these functions' brackets FROM names no table: `extract(hour FROM t)`. */
const FUNCTIONS_WITH_FROM = new Set(['extract', 'trim', 'substring', 'overlay']);
const ENDS_FROM = new Set(
  'select with values where group having order limit offset fetch window union except intersect'.split(' '),
);
/** Stand before a bracket where a table could stand. */
const NO_TABLES = new Set(['lateral', 'table']);

/** Each name once, in lower case, as written: `orders`, `sales.orders`. */
export function tablesIn(sql: string): string[] {
  const all = tokens(sql);
  const own = withNames(all);
  return [...new Set(namesAfterFrom(all))].filter((name) => !own.has(name));
}

function tokens(sql: string): Token[] {
  const pattern =
    /--[^\n]*|\/\*[\s\S]*?\*\/|\s+|'(?:[^']|'')*'|"(?<quoted>(?:[^"]|"")*)"|(?<name>[\p{L}_][\p{L}\d_$]*)|(?<symbol>[\s\S])/gu;
  return [...sql.matchAll(pattern)].flatMap((match): Token[] => {
    const { quoted, name, symbol } = match.groups ?? {};
    if (quoted !== undefined) return [{ kind: 'quoted', text: quoted.replaceAll('""', '"').toLowerCase() }];
    if (name !== undefined) return [{ kind: 'name', text: name.toLowerCase() }];
    return symbol === undefined ? [] : [{ kind: 'symbol', text: symbol }];
  });
}

/** `WITH a AS (…), b (x, y) AS (…)`: nothing else in a query has AS before a bracket. */
function withNames(all: readonly Token[]): Set<string> {
  const names = new Set<string>();
  all.forEach(({ text }, index) => {
    if (text !== 'as' || all[index + 1]?.text !== '(') return;
    let at = index - 1;
    if (all[at]?.text === ')') while (at >= 0 && all[at]?.text !== '(') at--;
    const name = all[all[at]?.text === '(' ? at - 1 : at];
    if (name) names.add(name.text);
  });
  return names;
}

/** One bracket's inside: the word before it, whether it is in a FROM clause, and whether a table comes next. */
type Bracket = { opener: string; inFrom: boolean; tableNext: boolean };

function namesAfterFrom(all: readonly Token[]): string[] {
  const found: string[] = [];
  const brackets: Bracket[] = [{ opener: '', inFrom: false, tableNext: false }];
  for (let at = 0; at < all.length; at++) {
    const { kind, text } = all[at] as Token;
    const inside = brackets.at(-1) as Bracket;
    const before = all[at - 1]?.text ?? '';
    if (kind === 'symbol') {
      if (text === '(') {
        brackets.push({ opener: before, inFrom: inside.tableNext, tableNext: inside.tableNext });
        inside.tableNext = false;
      } else if (text === ')' && brackets.length > 1) brackets.pop();
      else if (text === ',' && inside.inFrom) inside.tableNext = true;
    } else if (kind === 'name' && text === 'from') {
      const namesTable = !FUNCTIONS_WITH_FROM.has(inside.opener) && before !== 'distinct';
      if (namesTable) inside.inFrom = inside.tableNext = true;
    } else if (kind === 'name' && text === 'join') inside.tableNext = true;
    else if (kind === 'name' && ENDS_FROM.has(text)) inside.inFrom = inside.tableNext = false;
    else if (kind === 'name' && inside.tableNext && NO_TABLES.has(text)) inside.tableNext = false;
    else if (inside.tableNext) {
      inside.tableNext = false;
      const parts = [text];
      while (all[at + 1]?.text === '.' && all[at + 2]) {
        parts.push((all[at + 2] as Token).text);
        at += 2;
      }
      if (all[at + 1]?.text !== '(') found.push(parts.join('.'));
    }
  }
  return found;
}
