/**
 * DynamoDB's numbers, digit for digit. They arrive as text of up to 38 digits; a trip through a float would round
 * them, so they are rewritten as text only. Every number that is not an integer column is written with a decimal
 * point: `27` in one file makes a crawler infer int, and Athena's SerDe then cuts the cents off the others.
 */

/**
 * Room for 38 digits at either end of DynamoDB's range, 1E-130 to 9.9E+125. Beyond it no table can have stored the
 * number, and writing `1E+999999999` out would take a gigabyte.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
const EXPONENT_MAX = 168;

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const POINT = 46;

type Form = 'integer' | 'decimal' | 'other';

/** The same number with a decimal point and without an exponent; undefined if the text is no DynamoDB number. */
export function decimalText(text: string): string | undefined {
  switch (formOf(text)) {
    case 'integer':
      return `${text}.0`;
    case 'decimal':
      return text;
    case 'other':
      return expand(text);
  }
}

/** The same number without a point; undefined if it is no whole number. */
export function integerText(text: string): string | undefined {
  if (formOf(text) === 'integer') return text;
  const [whole, fraction] = decimalText(text)?.split('.') ?? [];
  return fraction !== undefined && /^0+$/.test(fraction) ? whole : undefined;
}

/** Most numbers already are as JSON wants them; told apart without a regular expression, for speed. */
function formOf(text: string): Form {
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  let point = -1;
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === POINT && point < 0) point = i;
    else if (code < ZERO || code > NINE) return 'other';
  }
  const wholeDigits = (point < 0 ? text.length : point) - start;
  const leadingZero = wholeDigits > 1 && text.charCodeAt(start) === ZERO;
  if (wholeDigits === 0 || leadingZero || point === text.length - 1) return 'other';
  return point < 0 ? 'integer' : 'decimal';
}

function expand(text: string): string | undefined {
  const [, sign, whole = '', fraction = '', exponentText = '0'] = NUMBER.exec(text) ?? [];
  const exponent = Number(exponentText);
  if (sign === undefined || whole + fraction === '' || Math.abs(exponent) > EXPONENT_MAX) return undefined;
  const digits = '0'.repeat(Math.max(0, -exponent)) + whole + fraction + '0'.repeat(Math.max(0, exponent));
  const point = Math.max(0, -exponent) + whole.length + exponent;
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const after = digits.slice(point).replace(/0+$/, '') || '0';
  return `${sign === '-' ? '-' : ''}${before}.${after}`;
}
