/** Rows as a table that lines up on a terminal and stays readable in a file: numbers to the right, text to the left. */

const NUMERIC = new Set([
  'tinyint',
  'smallint',
  'integer',
  'int',
  'bigint',
  'real',
  'float',
  'double',
  'decimal',
]);
const CELL_WIDTH_MAX = 60;

export type Column = { name: string; type: string };

export function textTable(columns: readonly Column[], rows: readonly (readonly (string | null)[])[]): string {
  const cells = rows.map((row) => columns.map((_, index) => shorten(row[index] ?? '')));
  const widths = columns.map(({ name }, index) =>
    Math.max(width(name), ...cells.map((row) => width(row[index] ?? ''))),
  );
  const line = (values: readonly string[]): string =>
    values
      .map((value, index) => pad(value, widths[index] ?? 0, NUMERIC.has(columns[index]?.type ?? '')))
      .join('  ')
      .trimEnd();
  const rule = widths.map((each) => '─'.repeat(each)).join('  ');
  return [line(columns.map(({ name }) => name)), rule, ...cells.map(line)].join('\n');
}

function pad(value: string, to: number, right: boolean): string {
  const fill = ' '.repeat(Math.max(0, to - width(value)));
  return right ? fill + value : value + fill;
}

/** Characters that a terminal shows, so that a control character in the data cannot move the cursor. */
function shorten(value: string): string {
  const plain = value.replace(/\p{Cc}/gu, ' ');
  return width(plain) > CELL_WIDTH_MAX ? `${[...plain].slice(0, CELL_WIDTH_MAX - 1).join('')}…` : plain;
}

function width(value: string): number {
  return [...value].length;
}
