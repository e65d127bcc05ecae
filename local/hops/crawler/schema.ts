/**
 * The types that the crawler infers and how they widen: what two records, files or folders have in common. `merge` is
 * a join of a lattice (any order of files gives the same types); only the order of fields follows first appearance.
 *
 *     null < int < bigint < double < string,  boolean < string,  struct and array < string
 */

export type Scalar = 'null' | 'boolean' | 'int' | 'bigint' | 'double' | 'string';
export type Field = [name: string, type: Type];
export type Type = Scalar | { struct: Field[] } | { array: Type };

const NUMBERS: readonly Type[] = ['int', 'bigint', 'double'];

export function merge(a: Type, b: Type): Type {
  if (a === b || b === 'null') return a;
  if (a === 'null') return b;
  if (typeof a === 'string' || typeof b === 'string') {
    const widest = Math.max(NUMBERS.indexOf(a), NUMBERS.indexOf(b));
    const bothNumbers = NUMBERS.includes(a) && NUMBERS.includes(b);
    return (bothNumbers ? NUMBERS[widest] : undefined) ?? 'string';
  }
  if ('struct' in a && 'struct' in b) return { struct: mergeFields(a.struct, b.struct) };
  if ('array' in a && 'array' in b) return { array: merge(a.array, b.array) };
  return 'string';
}

/** The fields of both, in order of first appearance. */
export function mergeFields(a: Field[], b: readonly Field[]): Field[] {
  if (addsNothing(a, b)) return a;
  const types = new Map<string, Type>(a);
  for (const [name, type] of b) types.set(name, merge(types.get(name) ?? 'null', type));
  return [...types];
}

/** The common case, cheaply: records of one writer have one schema. */
function addsNothing(a: readonly Field[], b: readonly Field[]): boolean {
  if (a.length === 0) return b.length === 0;
  return b.every(
    ([name, type], index) => a[index]?.[0] === name && (a[index][1] === type || type === 'null'),
  );
}

/** Columns as Glue names them: lower case; names that differ in case alone are one column. */
export function columnsOf(fields: readonly Field[]): Field[] {
  return mergeFields(
    [],
    fields.map(([name, type]): Field => [name.toLowerCase(), type]),
  );
}

/**
 * Hive's name of a type. A field that was never anything but null is a string; so is an object that was always empty,
 * where Glue writes `struct<>`, which Athena then cannot read.
 */
export function hiveType(type: Type): string {
  if (typeof type === 'string') return type === 'null' ? 'string' : type;
  if ('array' in type) return `array<${hiveType(type.array)}>`;
  if (type.struct.length === 0) return 'string';
  return `struct<${type.struct.map(([name, field]) => `${name}:${hiveType(field)}`).join(',')}>`;
}

/**
 * How alike two schemas are, 0 to 1: the share of the smaller one's columns that the other has too, with a type of
 * the same nature. AWS does not publish its measure; this one lets columns come and go and tells strangers apart.
 */
export function similarity(a: readonly Field[], b: readonly Field[]): number {
  const [small, large] = a.length <= b.length ? [a, new Map(b)] : [b, new Map(a)];
  if (small.length === 0) return 1;
  const shared = small.filter(([name, type]) => {
    const other = large.get(name);
    return other !== undefined && sameNature(type, other);
  });
  return shared.length / small.length;
}

function sameNature(a: Type, b: Type): boolean {
  if (a === 'null' || b === 'null') return true;
  if (typeof a === 'string' || typeof b === 'string') return typeof a === typeof b;
  return 'struct' in a === 'struct' in b;
}
