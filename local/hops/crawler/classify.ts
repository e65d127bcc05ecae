/**
 * What one object of the lake is: JSON with these fields, or unknown. The crawler's own classifiers are asked first,
 * in their order, then Glue's built-in JSON classifier; the first that knows the object decides.
 *
 * CSV, Parquet and Glue's other formats are not known here: such objects are UNKNOWN and make no table.
 */

import { fieldsOf, type Node, readValues } from './json.ts';
import { type JsonPath, select } from './json-path.ts';
import { type Field, mergeFields } from './schema.ts';

type Compression = 'none' | 'gzip';

export type JsonProfile = {
  kind: 'json';
  compression: Compression;
  /** The custom classifier's path, when one decided. */
  jsonPath: string | null;
  fields: Field[];
  /** Records and bytes (decompressed) that were read, and the share of the object that they are. */
  records: number;
  bytes: number;
  share: number;
};
export type Profile = JsonProfile | { kind: 'unknown'; reason: string };

export type CustomClassifier = { jsonPath: string; path: JsonPath };

export type Sample = {
  text: string;
  bytes: number;
  compression: Compression;
  /** 1 when the whole object was read. */
  share: number;
};

/** Undefined when the sample holds no whole record yet and more of the object might. */
export function classify(sample: Sample, classifiers: readonly CustomClassifier[]): Profile | undefined {
  const values = readValues(sample.text, sample.share === 1);
  if (values.kind === 'malformed') return { kind: 'unknown', reason: 'no classifier knows its format' };
  if (values.nodes.length === 0)
    return sample.share === 1 ? { kind: 'unknown', reason: 'it holds no record' } : undefined;
  for (const { jsonPath, path } of classifiers) {
    const fields = recordsOf(values.nodes.flatMap((node) => select(path, node)));
    if (fields) return profile(sample, fields, jsonPath);
  }
  const fields = recordsOf(values.nodes.map(builtIn));
  return fields
    ? profile(sample, fields, null)
    : { kind: 'unknown', reason: 'its JSON values are not objects' };
}

/** Glue's built-in classifier makes one column `array` of a list at the top, which is why one writes `$[*]`. */
function builtIn(node: Node): Node {
  return typeof node === 'object' && 'items' in node ? { fields: [['array', node]] } : node;
}

function recordsOf(nodes: readonly Node[]): Field[][] | undefined {
  const records = nodes.map((node) =>
    typeof node === 'object' && 'fields' in node ? fieldsOf(node.fields) : undefined,
  );
  const whole = records.filter((record) => record !== undefined);
  return whole.length > 0 && whole.length === records.length ? whole : undefined;
}

function profile(sample: Sample, records: Field[][], jsonPath: string | null): JsonProfile {
  return {
    kind: 'json',
    compression: sample.compression,
    jsonPath,
    fields: records.reduce(mergeFields, []),
    records: records.length,
    bytes: sample.bytes,
    share: sample.share,
  };
}
