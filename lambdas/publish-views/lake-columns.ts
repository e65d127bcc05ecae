/** The columns that the crawled table has once a row of the pipeline lies in the lake, and on which views may count. */

import { CHANGE_FIELDS } from '../../schemas/lake-row.gen.ts';
import { ORDER_FIELDS } from '../../schemas/order.gen.ts';

export const LAKE_COLUMNS: readonly string[] = [...ORDER_FIELDS, ...CHANGE_FIELDS].map(({ name }) => name);
