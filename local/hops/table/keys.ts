/**
 * Where items and index entries lie in the store. dynalite's key text is kept, because it is plain ASCII and sorts as
 * DynamoDB sorts; only a long hash key is replaced by its digest (it is compared for equality alone), so that every
 * key fits LMDB's 4,026 bytes.
 */

import { createHash } from 'node:crypto';
import db from 'dynalite/db/index.js';
import type { Attributes } from '../../store/attributes.ts';
import type { Key } from '../../store/store.ts';
import type { SecondaryIndex } from './config.ts';
import type { Table, TableSchema } from './tables.ts';

/** Hexadecimal, so 512 bytes of key. */
const HASH_TEXT_CHARACTERS_MAX = 1_024;
const HASH_TEXT_START = 'hhhhhh/'.length;

/** Sorts after every key text that begins with the text before it, as dynalite's own bounds assume. */
export const LAST = '~';
/** Sorts after the text before it and before whatever else begins with it. */
const JUST_AFTER = '!';

export function itemKey(table: string, text: string): Key {
  return ['item', table, fitting(text)];
}

export function indexKey(table: string, index: string, text: string): Key {
  return ['index', table, index, fitting(text)];
}

export function after(text: string): string {
  return text + JUST_AFTER;
}

export function keyText(item: Attributes, schema: TableSchema): string {
  return db.createKey(item as never, schema);
}

/** An index entry's text: the index's key, then the item's own, of which a digest tells it apart. Undefined when the
 * item lacks one of the index's attributes: it is not in the index. */
export function entryText(item: Attributes, table: Table, index: SecondaryIndex): string | undefined {
  if (index.KeySchema.some(({ AttributeName }) => item[AttributeName] == null)) return undefined;
  const own = createHash('sha256').update(keyText(item, table.schema)).digest('hex');
  return db.createKey(item as never, table.schema, index.KeySchema) + own;
}

function fitting(text: string): string {
  if (text.length <= HASH_TEXT_CHARACTERS_MAX) return text;
  const end = text.indexOf('/', HASH_TEXT_START);
  if (end - HASH_TEXT_START <= HASH_TEXT_CHARACTERS_MAX) return text;
  const digest = createHash('sha256').update(text.slice(HASH_TEXT_START, end)).digest('hex');
  return `${text.slice(0, HASH_TEXT_START)}#${digest}${text.slice(end)}`;
}
