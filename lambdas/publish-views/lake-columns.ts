/**
 * The columns that the crawled table has once a row of the pipeline lies in the lake, and on which views may count.
 *
 * The transform writes every field in every row, null where an order has none, so the first row brings them all. The
 * other way, a publisher that puts NULL in the place of columns that are missing, would make live views that are not
 * the files of sql/views, and would republish them as fields turn up. What AWS's crawler makes of a column that was
 * only ever null we found written nowhere; the engine here takes it for a string. Should AWS leave it out, publishing
 * waits for the first order that has the field, and says which column is missing.
 */

import { CHANGE_FIELDS } from '../../schemas/lake-row.gen.ts';
import { ORDER_FIELDS } from '../../schemas/order.gen.ts';

export const LAKE_COLUMNS: readonly string[] = [...ORDER_FIELDS, ...CHANGE_FIELDS].map(({ name }) => name);
