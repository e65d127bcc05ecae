/**
 * The names that Glue's crawler gives to tables: prefix and folder in lower case, what is neither letter, digit nor
 * `_` as `_`; a name that another place already has gets a hash of this place
 * (https://docs.aws.amazon.com/glue/latest/dg/crawler-table-naming.html).
 */

import { createHash } from 'node:crypto';

export function tableName(prefix: string, baseName: string): string {
  return `${prefix}${baseName}`.toLowerCase().replace(/[^\p{L}\p{N}_]/gu, '_');
}

export function tableNameWithHash(name: string, location: string): string {
  return `${name}_${createHash('md5').update(location).digest('hex')}`;
}
