/**
 * Where the boxes of a graph stand, left to right: its columns, the order in each, and the way of the lines that pass
 * a column without stopping. Sugiyama's method in its plainest form: a long line gets a place of its own in every
 * column that it crosses, and each column is sorted by where its neighbours stand until that settles.
 */

/** `column` is given: nodes of one column stand under each other, what a node reads stands to its left. */
export type Placeable = { name: string; column: number; reads: readonly string[] };
export type Placed = { name: string; column: number; y: number };
/** The heights at which a line goes through the columns between its ends, from left to right. */
export type Line = { from: string; to: string; through: { column: number; y: number }[] };

/** A node of the graph, or the place that a passing line takes in a column. */
type Item = { id: string; column: number; height: number; left: Set<string>; right: Set<string> };

const SWEEPS = 12;

export type Heights = { box: number; gap: number; passing: number };

export function layout(
  nodes: readonly Placeable[],
  heights: Heights,
): { boxes: Placed[]; lines: Line[]; height: number } {
  const { items, lines } = itemsOf(nodes, heights);
  const columns = sorted(items);
  const tall = columns.map(
    (column) => column.reduce((sum, { height }) => sum + height, 0) + (column.length - 1) * heights.gap,
  );
  const height = Math.max(0, ...tall);
  const middles = new Map<string, number>();
  columns.forEach((column, at) => {
    let y = (height - (tall[at] ?? 0)) / 2;
    for (const { id, height: own } of column) {
      middles.set(id, y + own / 2);
      y += own + heights.gap;
    }
  });
  return {
    boxes: nodes.map(({ name, column }) => ({ name, column, y: middles.get(name) ?? 0 })),
    lines: lines.map(({ from, to, passing }) => ({
      from,
      to,
      through: passing.map(({ id, column }) => ({ column, y: middles.get(id) ?? 0 })),
    })),
    height,
  };
}

function itemsOf(nodes: readonly Placeable[], heights: Heights) {
  const items = new Map<string, Item>();
  const add = (id: string, column: number, height: number): Item => {
    const item = { id, column, height, left: new Set<string>(), right: new Set<string>() };
    items.set(id, item);
    return item;
  };
  for (const { name, column } of nodes) add(name, column, heights.box);
  const lines = nodes.flatMap(({ name: to, column: end, reads }) =>
    reads.map((from) => {
      const start = items.get(from)?.column ?? 0;
      const passing = Array.from({ length: Math.max(0, end - start - 1) }, (_, at) =>
        add(`${from} → ${to}, ${at}`, start + 1 + at, heights.passing),
      );
      const way = [from, ...passing.map(({ id }) => id), to];
      for (const [at, id] of way.slice(1).entries()) {
        items.get(id)?.left.add(way[at] as string);
        items.get(way[at] as string)?.right.add(id);
      }
      return { from, to, passing };
    }),
  );
  return { items, lines };
}

/** Each column's items in an order in which few lines cross. */
function sorted(items: ReadonlyMap<string, Item>): Item[][] {
  const count = Math.max(-1, ...[...items.values()].map(({ column }) => column)) + 1;
  const columns = Array.from({ length: count }, (_, at) =>
    [...items.values()].filter(({ column }) => column === at).sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const place = new Map<string, number>();
  const note = (column: readonly Item[]): void =>
    column.forEach(({ id }, at) => {
      place.set(id, (at + 0.5) / column.length);
    });
  columns.forEach(note);
  let best = columns.map((column) => [...column]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const side = sweep % 2 === 0 ? 'left' : 'right';
    for (const column of side === 'left' ? columns : [...columns].reverse()) {
      const wish = new Map(column.map((item) => [item.id, meanOf(item[side], place) ?? place.get(item.id)]));
      column.sort((a, b) => (wish.get(a.id) ?? 0) - (wish.get(b.id) ?? 0));
      note(column);
    }
    if (crossings(columns) < crossings(best)) best = columns.map((column) => [...column]);
  }
  return best;
}

function meanOf(names: ReadonlySet<string>, place: ReadonlyMap<string, number>): number | undefined {
  if (names.size === 0) return undefined;
  return [...names].reduce((sum, name) => sum + (place.get(name) ?? 0), 0) / names.size;
}

function crossings(columns: readonly (readonly Item[])[]): number {
  let count = 0;
  for (const [at, column] of columns.entries()) {
    const next = new Map((columns[at + 1] ?? []).map(({ id }, index) => [id, index]));
    const ends = column.flatMap((item, from) =>
      [...item.right].flatMap((id) => (next.has(id) ? [{ from, to: next.get(id) as number }] : [])),
    );
    for (const a of ends) for (const b of ends) if (a.from < b.from && a.to > b.to) count++;
  }
  return count;
}
