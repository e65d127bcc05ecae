/**
 * Spans of time in order, each with what was measured in it, in one typed array: a measurement is a few additions and
 * makes no garbage. It knows neither a clock nor how long a span is.
 */

export type Row = { at: number; sum: number; minimum: number; maximum: number; count: number };

export type Rows = {
  /** Joins the newest row when that is as late, else becomes the newest. */
  add(row: Row): void;
  /** The same for a single measurement. */
  measure(at: number, value: number): void;
  /** Takes out the rows before `at`, oldest first. */
  takeBefore(at: number): Row[];
  /** The rows from `from` on and before `until`. */
  between(from: number, until: number): Row[];
  newestAt(): number | undefined;
};

const COLUMNS = 5;
const ROWS_AT_FIRST = 16;
/** So that a day's traffic settles at three hours of seconds in 16,384 rows, which are 0.7 MB. */
const FULL = 0.75;

export function createRows(): Rows {
  let cells = new Float64Array(ROWS_AT_FIRST * COLUMNS);
  /** Cells before `begin` are taken out, those from `end` on are free. */
  let begin = 0;
  let end = 0;

  function append(at: number, sum: number, minimum: number, maximum: number, count: number): void {
    const newest = end - COLUMNS;
    // A clock that was set back writes into the newest row rather than out of order.
    if (end > begin && (cells[newest] as number) >= at) {
      cells[newest + 1] = (cells[newest + 1] as number) + sum;
      if (minimum < (cells[newest + 2] as number)) cells[newest + 2] = minimum;
      if (maximum > (cells[newest + 3] as number)) cells[newest + 3] = maximum;
      cells[newest + 4] = (cells[newest + 4] as number) + count;
      return;
    }
    if (end === cells.length) makeRoom();
    cells[end] = at;
    cells[end + 1] = sum;
    cells[end + 2] = minimum;
    cells[end + 3] = maximum;
    cells[end + 4] = count;
    end += COLUMNS;
  }

  /** Moves to the front what is left, into twice the space when that fills most of it. */
  function makeRoom(): void {
    const kept = end - begin;
    const larger = kept > cells.length * FULL ? new Float64Array(cells.length * 2) : cells;
    larger.set(cells.subarray(begin, end));
    cells = larger;
    begin = 0;
    end = kept;
  }

  function rowAt(cell: number): Row {
    const [at = 0, sum = 0, minimum = 0, maximum = 0, count = 0] = cells.subarray(cell, cell + COLUMNS);
    return { at, sum, minimum, maximum, count };
  }

  return {
    add: ({ at, sum, minimum, maximum, count }) => append(at, sum, minimum, maximum, count),
    measure: (at, value) => append(at, value, value, value, 1),
    takeBefore(at) {
      const taken: Row[] = [];
      while (begin < end && (cells[begin] as number) < at) {
        taken.push(rowAt(begin));
        begin += COLUMNS;
      }
      return taken;
    },
    between(from, until) {
      const found: Row[] = [];
      for (let cell = begin; cell < end && (cells[cell] as number) < until; cell += COLUMNS)
        if ((cells[cell] as number) >= from) found.push(rowAt(cell));
      return found;
    },
    newestAt: () => (end > begin ? cells[end - COLUMNS] : undefined),
  };
}
