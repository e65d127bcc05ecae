/** What may stand in a leaf of an event pattern: a literal, or an object with one comparison operator. */

type Test = (value: unknown) => boolean;
type Refuse = (reason: string) => never;

export type Rule = { kind: 'value'; test: Test } | { kind: 'exists'; exists: boolean };

export function compileRule(wanted: unknown, refuse: Refuse): Rule {
  if (typeof wanted !== 'object' || wanted === null)
    return { kind: 'value', test: (value) => value === wanted };
  const [operator, operand] = single(wanted, refuse);
  if (operator === 'exists')
    return typeof operand === 'boolean'
      ? { kind: 'exists', exists: operand }
      : refuse('"exists" takes true or false');
  return { kind: 'value', test: compileOperator(operator, operand, refuse) };
}

function compileOperator(operator: string, operand: unknown, refuse: Refuse): Test {
  switch (operator) {
    case 'prefix':
      return affix(operator, operand, (value, affix) => value.startsWith(affix), refuse);
    case 'suffix':
      return affix(operator, operand, (value, affix) => value.endsWith(affix), refuse);
    case 'equals-ignore-case': {
      const wanted = text(operator, operand, refuse).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
    }
    case 'wildcard':
      return wildcard(text(operator, operand, refuse), refuse);
    case 'numeric':
      return numeric(operand, refuse);
    case 'anything-but':
      return anythingBut(operand, refuse);
    default:
      return refuse(`the operator "${operator}" is not one that the engine knows`);
  }
}

/** `{"prefix": "a"}`, or `{"prefix": {"equals-ignore-case": "a"}}`. */
function affix(
  operator: string,
  operand: unknown,
  has: (value: string, affix: string) => boolean,
  refuse: Refuse,
): Test {
  if (typeof operand === 'string') return (value) => typeof value === 'string' && has(value, operand);
  const [nested, wanted] = single(operand, refuse);
  if (nested !== 'equals-ignore-case' || typeof wanted !== 'string')
    return refuse(`"${operator}" takes a string or {"equals-ignore-case": string}`);
  const lower = wanted.toLowerCase();
  return (value) => typeof value === 'string' && has(value.toLowerCase(), lower);
}

function wildcard(pattern: string, refuse: Refuse): Test {
  if (pattern.includes('**')) return refuse('"wildcard" takes no two consecutive "*"');
  // `\*` is a star and `\\` a backslash; any other character stands for itself.
  const source = pattern.replace(/\\([\\*])|[\s\S]/g, (found: string, escaped?: string) => {
    if (escaped) return `\\${escaped}`;
    return found === '*' ? '[\\s\\S]*' : found.replace(/[.+?^${}()|[\]\\/-]/, '\\$&');
  });
  const expression = new RegExp(`^${source}$`);
  return (value) => typeof value === 'string' && expression.test(value);
}

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]`, `[">", 0, "<=", 5]`. */
function numeric(operand: unknown, refuse: Refuse): Test {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    return refuse('"numeric" takes one or two comparisons, such as [">", 0, "<=", 5]');
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const compare = COMPARISONS[operand[index] as string];
    const bound: unknown = operand[index + 1];
    if (!compare || typeof bound !== 'number')
      return refuse('"numeric" compares by =, <, <=, >, >= with a number');
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

/** `"a"`, `5`, `["a", "b"]`, or one of the text operators over a string or a list of strings. */
function anythingBut(operand: unknown, refuse: Refuse): Test {
  if (typeof operand !== 'object' || operand === null || Array.isArray(operand)) {
    const unwanted = Array.isArray(operand) ? operand : [operand];
    if (unwanted.length === 0 || unwanted.some((each) => typeof each === 'object'))
      return refuse('"anything-but" takes strings, numbers or booleans');
    return (value) => isScalar(value) && !unwanted.includes(value);
  }
  const [operator, operands] = single(operand, refuse);
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator))
    return refuse(`"anything-but" does not take "${operator}"`);
  const list = Array.isArray(operands) ? operands : [operands];
  const tests = list.map((each) => compileOperator(operator, each, refuse));
  return (value) => isScalar(value) && !tests.some((test) => test(value));
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function text(operator: string, operand: unknown, refuse: Refuse): string {
  return typeof operand === 'string' ? operand : refuse(`"${operator}" takes a string`);
}

function single(value: unknown, refuse: Refuse): [string, unknown] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [only] = entries;
  return only && entries.length === 1 && !Array.isArray(value)
    ? only
    : refuse('a comparison is an object with one operator');
}
