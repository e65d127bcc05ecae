/**
 * Finds in a view's tree the aggregations that can be kept and moved on by new rows alone: a GROUP BY over the rows of
 * one table of the lake, each row by itself, whose aggregates can be merged (the greatest of two greatests is the
 * greatest of all). For each it gives the query of the state (the groups' keys and what must be kept of each aggregate),
 * how two states are merged, and puts the state in the place of the aggregation.
 *
 * It knows no view by name. What it is not sure of it leaves as it is: sums of doubles, whose last digits hang on the
 * rows' order, DISTINCT, approximate functions, and whatever is not the same at each call.
 */

export type Node = Record<string, unknown>;

/** A table of the lake as a tree names it, and what columns it has. */
export type BaseTable = { schema: string; name: string };

export type Relation = { catalog: string; schema: string; name: string };
/** The groups whose keys' hash leaves this remainder: `of` parts together are all groups, each once. */
export type Part = { remainder: number; of: number };

export type Aggregation = {
  table: BaseTable;
  /** A statement whose result is the state of the rows of `from`, in columns `k0…` and `s0…`, or one part of it. */
  stateOf(from: Relation, part?: Part): Node;
  keys: string[];
  /** `max(s0)`: how the states of one group become one, in SQL, column by column. */
  merges: string[];
  /** Reads the state from this relation instead of aggregating. */
  readFrom(relation: Relation): void;
};

/** Answers the columns of a table of the lake, undefined for anything else. */
type ColumnsOf = (table: BaseTable) => readonly string[] | undefined;
/** Functions that answer the same for the same arguments. */
type Functions = ReadonlySet<string>;

/** The aggregations of a statement's tree that can be kept. */
export function mergeableIn(tree: unknown, columnsOf: ColumnsOf, functions: Functions): Aggregation[] {
  const found: Aggregation[] = [];
  const look = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) look(each);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const aggregation =
      (node as Node)['type'] === 'SELECT_NODE' && aggregationOf(node as Node, columnsOf, functions);
    if (aggregation) found.push(aggregation);
    else for (const each of Object.values(node)) look(each);
  };
  look(tree);
  return found;
}

function aggregationOf(node: Node, columnsOf: ColumnsOf, functions: Functions): Aggregation | undefined {
  const groups = node['group_expressions'] as Node[];
  const sets = node['group_sets'] as number[][];
  if (groups.length === 0 || sets.length !== 1 || sets[0]?.length !== groups.length || !isPlain(node))
    return undefined;
  const source = rowsOf(node['from_table'] as Node, columnsOf, functions);
  if (!source) return undefined;
  const isRowWise = (each: unknown) => each === null || rowWise(each as Node, source.columns, functions);
  if (
    !isRowWise(node['where_clause']) ||
    !groups.every((each) => each['class'] !== 'CONSTANT' && isRowWise(each))
  )
    return undefined;

  const states: State[] = [];
  const taken = (state: State) => {
    const at = states.findIndex((each) => same(each.expression, state.expression));
    return at >= 0 ? at : states.push(state) - 1;
  };
  const stateColumn = (expression: Node) => `s${taken({ expression, merge: () => '' })}`;
  const reread = (expression: Node): Node | undefined =>
    overState(expression, { groups, taken, isRowWise, functions });
  const list = (node['select_list'] as Node[]).map((each) => {
    const alias = each['alias'] || (each['class'] === 'COLUMN_REF' ? lastName(each) : '');
    const over = reread(each);
    return over && alias !== '' ? { ...over, alias } : undefined;
  });
  const having = node['having'] === null ? null : reread(node['having'] as Node);
  if (list.includes(undefined) || having === undefined) return undefined;

  return {
    table: source.table,
    keys: groups.map((_, index) => `k${index}`),
    merges: states.map(({ merge }, index) => merge(`s${index}`, stateColumn)),
    stateOf(from, part) {
      const copy: Node = structuredClone({ ...node, having: null });
      const base = baseOf(copy['from_table'] as Node);
      Object.assign(base, { catalog_name: from.catalog, schema_name: from.schema, table_name: from.name });
      copy['select_list'] = [
        ...structuredClone(groups).map((each, index) => ({ ...each, alias: `k${index}` })),
        ...states.map(({ expression }, index) => ({ ...structuredClone(expression), alias: `s${index}` })),
      ];
      if (part) copy['where_clause'] = both(copy['where_clause'] as Node | null, isInPart(groups, part));
      return { error: false, statements: [{ node: copy, named_param_map: [] }] };
    },
    readFrom({ catalog, schema, name }) {
      const table = structuredClone(baseOf(node['from_table'] as Node));
      Object.assign(table, { catalog_name: catalog, schema_name: schema, table_name: name, alias: 'state' });
      Object.assign(node, {
        select_list: list,
        from_table: table,
        where_clause: having,
        having: null,
        group_expressions: [],
        group_sets: [],
      });
    },
  };
}

/** Nothing but select list, FROM, WHERE and GROUP BY. */
function isPlain(node: Node): boolean {
  const withs = (node['cte_map'] as { map: unknown[] }).map;
  return (
    (node['modifiers'] as unknown[]).length === 0 &&
    withs.length === 0 &&
    node['sample'] === null &&
    node['qualify'] === null &&
    node['aggregate_handling'] === 'STANDARD_HANDLING'
  );
}

type Source = { table: BaseTable; columns: ReadonlySet<string> };

/** A FROM that is a table of the lake, or that takes its rows one by one. */
function rowsOf(from: Node, columnsOf: ColumnsOf, functions: Functions): Source | undefined {
  if ((from['column_name_alias'] as string[] | undefined)?.length || from['sample']) return undefined;
  if (from['type'] === 'BASE_TABLE') {
    const table = { schema: String(from['schema_name']), name: String(from['table_name']) };
    const columns = columnsOf(table);
    return columns && !from['at_clause'] ? { table, columns: new Set(columns.map(lower)) } : undefined;
  }
  if (from['type'] !== 'SUBQUERY') return undefined;
  const node = (from['subquery'] as { node: Node }).node;
  if (node['type'] !== 'SELECT_NODE' || !isPlain(node) || node['having'] !== null) return undefined;
  if ((node['group_expressions'] as Node[]).length > 0) return undefined;
  const source = rowsOf(node['from_table'] as Node, columnsOf, functions);
  if (!source) return undefined;
  const list = node['select_list'] as Node[];
  const where = node['where_clause'] as Node | null;
  const all = where ? [...list, where] : list;
  if (!all.every((each) => rowWise(each, source.columns, functions))) return undefined;
  const names = list.map((each) =>
    String(each['alias'] || (each['class'] === 'COLUMN_REF' ? lastName(each) : '')),
  );
  return { table: source.table, columns: new Set(names.map(lower)) };
}

function baseOf(from: Node): Node {
  if (from['type'] === 'BASE_TABLE') return from;
  return baseOf((from['subquery'] as { node: Node }).node['from_table'] as Node);
}

const ROW_WISE = new Set([
  'FUNCTION',
  'CAST',
  'CASE',
  'COMPARISON',
  'CONJUNCTION',
  'OPERATOR',
  'BETWEEN',
  'CONSTANT',
  'COLUMN_REF',
]);

/** Whether an expression needs nothing but one row, and answers the same each time. */
function rowWise(expression: Node, columns: ReadonlySet<string>, functions: Functions): boolean {
  if (!ROW_WISE.has(String(expression['class']))) return false;
  // A name that is no column may be a function without parentheses: current_date.
  if (expression['class'] === 'COLUMN_REF') return columns.has(lower(lastName(expression)));
  if (expression['class'] === 'FUNCTION' && !isCallOf(expression, functions)) return false;
  return childrenOf(expression).every((each) => rowWise(each, columns, functions));
}

function isCallOf(expression: Node, functions: Functions): boolean {
  const orders = (expression['order_bys'] as { orders: unknown[] }).orders;
  return (
    functions.has(lower(String(expression['function_name']))) &&
    !expression['distinct'] &&
    expression['filter'] === null &&
    orders.length === 0
  );
}

/** The expressions inside one, whatever member holds them. */
function childrenOf(expression: Node): Node[] {
  const found: Node[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) look(each);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    if (typeof (value as Node)['class'] === 'string') found.push(value as Node);
    else for (const each of Object.values(value)) look(each);
  };
  for (const [member, value] of Object.entries(expression)) if (member !== 'value') look(value);
  return found;
}

/** `at` gives the column of another state. */
type State = { expression: Node; merge: (own: string, at: (expression: Node) => string) => string };
type Over = {
  groups: readonly Node[];
  taken: (state: State) => number;
  isRowWise: (expression: unknown) => boolean;
  functions: Functions;
};

/** The expression over the state's columns; undefined when it cannot be told from them. */
function overState(expression: Node, over: Over): Node | undefined {
  const group = over.groups.findIndex((each) => same(each, expression));
  if (group >= 0) return column(`k${group}`, expression);
  if (expression['class'] === 'FUNCTION') {
    const states = statesOf(expression, over.isRowWise);
    if (states) {
      const [first] = states.map(over.taken);
      return column(`s${first}`, expression);
    }
    if (!isCallOf(expression, over.functions)) return undefined;
  }
  if (expression['class'] === 'COLUMN_REF' || !ROW_WISE.has(String(expression['class']))) return undefined;
  const copy: Node = { ...expression };
  for (const [member, value] of Object.entries(expression)) {
    if (member === 'value') continue;
    const over1 = replaced(value, over);
    if (over1 === undefined) return undefined;
    copy[member] = over1;
  }
  return copy;
}

/** A member of an expression with the expressions inside it over the state. */
function replaced(value: unknown, over: Over): unknown {
  if (Array.isArray(value)) {
    const all = value.map((each) => replaced(each, over));
    return all.includes(undefined) ? undefined : all;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (typeof (value as Node)['class'] === 'string') return overState(value as Node, over);
  const all = Object.entries(value).map(([member, each]) => [member, replaced(each, over)] as const);
  return all.some(([, each]) => each === undefined) ? undefined : Object.fromEntries(all);
}

/** What must be kept of an aggregate, its own value first; undefined for one that cannot be merged. */
function statesOf(call: Node, isRowWise: Over['isRowWise']): State[] | undefined {
  const name = lower(String(call['function_name']));
  const children = call['children'] as Node[];
  const orders = (call['order_bys'] as { orders: unknown[] }).orders;
  const isMergeable =
    !call['distinct'] && orders.length === 0 && [...children, call['filter']].every(isRowWise);
  if (!isMergeable) return undefined;
  const state = (merged: string, expression = call): State => ({
    expression,
    merge: (own) => `${merged}(${own})`,
  });
  // The value goes with what it is the greatest by, which is kept beside it; that one may be there already.
  const valueBy = (extreme: 'max' | 'min'): State[] => {
    const by: Node = { ...call, function_name: extreme, children: [children[1]] };
    return [{ expression: call, merge: (own, at) => `${name}(${own}, ${at(by)})` }, state(extreme, by)];
  };
  switch (name) {
    case 'max':
    case 'min':
      return children.length === 1 ? [state(name)] : undefined;
    case 'bool_or':
    case 'bool_and':
      return [state(name)];
    case 'count':
    case 'count_star':
    case 'sum':
      return [state('sum')];
    case 'arg_max_null':
      return children.length === 2 ? valueBy('max') : undefined;
    case 'arg_min_null':
      return children.length === 2 ? valueBy('min') : undefined;
    default:
      return undefined;
  }
}

function column(name: string, at: Node): Node {
  return {
    class: 'COLUMN_REF',
    type: 'COLUMN_REF',
    alias: '',
    query_location: at['query_location'],
    column_names: ['state', name],
  };
}

function isInPart(groups: readonly Node[], { remainder, of }: Part): Node {
  const hash = call('hash', structuredClone([...groups]));
  return {
    class: 'COMPARISON',
    type: 'COMPARE_EQUAL',
    alias: '',
    query_location: 0,
    left: call('mod', [hash, constant(of)]),
    right: constant(remainder),
  };
}

function both(one: Node | null, other: Node): Node {
  if (!one) return other;
  return {
    class: 'CONJUNCTION',
    type: 'CONJUNCTION_AND',
    alias: '',
    query_location: 0,
    children: [one, other],
  };
}

function call(name: string, children: Node[]): Node {
  return {
    class: 'FUNCTION',
    type: 'FUNCTION',
    alias: '',
    query_location: 0,
    function_name: name,
    schema: '',
    children,
    filter: null,
    order_bys: { type: 'ORDER_MODIFIER', orders: [] },
    distinct: false,
    is_operator: false,
    export_state: false,
    catalog: '',
  };
}

function constant(value: number): Node {
  const type = { id: 'INTEGER', type_info: null };
  return {
    class: 'CONSTANT',
    type: 'VALUE_CONSTANT',
    alias: '',
    query_location: 0,
    value: { type, is_null: false, value },
  };
}

/** Whether two expressions are the same but for their names and places. */
function same(one: Node, other: Node): boolean {
  return shape(one) === shape(other);
}

function shape(value: unknown): string {
  return JSON.stringify(value, (member, each) =>
    member === 'alias' || member === 'query_location' ? undefined : each,
  );
}

const lastName = (reference: Node): string => String((reference['column_names'] as string[]).at(-1));
const lower = (name: string): string => name.toLowerCase();
