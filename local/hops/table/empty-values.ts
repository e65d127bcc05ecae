/**
 * dynalite takes `false` and the empty string for absent in IN, BETWEEN, attribute_type and size. Its parsed
 * conditions are therefore rewritten into comparisons that it gets right, before it evaluates them.
 */

type Literal = { S?: string; N?: string; BOOL?: boolean; B?: string };
type Node = { type: string; name?: string; args: unknown[] };

const EMPTY_OF_TYPE: Record<string, Literal> = { S: { S: '' }, B: { B: '' }, BOOL: { BOOL: false } };
const MIRRORED: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '<>': '<>' };

/** The same condition, right also for empty values. */
export function withEmptyValues(expression: unknown): unknown {
  if (!isNode(expression)) return expression;
  const { type } = expression;
  const args = expression.args.map(withEmptyValues);
  const [first, second, third] = args;
  if (type === 'in')
    return args
      .slice(1)
      .map((each) => node('=', first, each))
      .reduce((a, b) => node('or', a, b));
  if (type === 'between') return node('and', node('>=', first, second), node('<=', first, third));
  if (expression.name === 'attribute_type') {
    const empty = EMPTY_OF_TYPE[(second as Literal | undefined)?.S ?? ''];
    if (empty) return node('or', { ...expression, args }, node('=', first, empty));
  }
  if (MIRRORED[type] !== undefined) return comparisonOfSize({ type, args }) ?? { ...expression, args };
  return { ...expression, args };
}

/** `size(path) > :n`: what it comes to for an empty value is known beforehand. */
function comparisonOfSize(comparison: Node): Node | undefined {
  const [left, right] = comparison.args;
  const path = sizedPath(left) ?? sizedPath(right);
  const number = ((sizedPath(left) ? right : left) as Literal | undefined)?.N;
  if (path === undefined || number === undefined) return undefined;
  const operator = sizedPath(left) ? comparison.type : MIRRORED[comparison.type];
  const empty = node('or', node('=', path, { S: '' }), node('=', path, { B: '' }));
  return holds(operator, -Math.sign(Number(number)))
    ? node('or', empty, comparison)
    : node('and', node('not', empty), comparison);
}

function sizedPath(operand: unknown): unknown {
  return isNode(operand) && operand.name === 'size' ? operand.args[0] : undefined;
}

function holds(operator: string | undefined, order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '=':
      return order === 0;
    default:
      return order !== 0;
  }
}

function node(type: string, ...args: unknown[]): Node {
  return { type, args };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && Array.isArray((value as Node).args);
}
