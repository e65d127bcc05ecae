/**
 * The names on which the hops after the lake agree: Firehose writes where the crawler looks, the crawler makes the table
 * that the views ask, in the database that they are published to. Nothing but these names holds them together.
 */

import { BASE_NAMES, ORDERS_TABLE } from '../../../stacks/names.ts';
import type { Json, Plan, ResourceChange } from '../../terraform/plan-json.ts';
import { arrives, shown, turned, UNKNOWN, type Unknown, willBe } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const CRAWLER = 'aws_glue_crawler';
const FIREHOSE = 'aws_kinesis_firehose_delivery_stream';
const LAMBDA = 'aws_lambda_function';
const VARIABLES = 'environment.0.variables';

export const CATALOG_NAMES: Rule = {
  name: 'catalog-names',
  looksAt:
    'Whether Firehose, the crawler, the table and the views still mean the same place by the same name.',
  types: [CRAWLER, FIREHOSE, LAMBDA],
  judge(change, plan) {
    if (change.action === 'delete') return [];
    switch (change.type) {
      case CRAWLER:
        return [...table(change), ...database(change, plan), ...place(change, only(plan, FIREHOSE))];
      case FIREHOSE: {
        const crawler = only(plan, CRAWLER);
        // Where both change, the crawler's finding says it.
        return crawler && !arrives(crawler) ? place(crawler, change) : [];
      }
      default:
        return published(change, only(plan, CRAWLER));
    }
  },
};

/** Glue names a table after the prefix and the last folder of the path. */
function table(crawler: ResourceChange): Remark[] {
  const prefix = willBe(crawler, 'table_prefix');
  const path = willBe(crawler, 's3_target.0.path');
  if (prefix === UNKNOWN || path === UNKNOWN) return [unknown('The table that the crawler makes')];
  const folder = String(path ?? '')
    .split('/')
    .filter((each) => each !== '')
    .at(-1);
  const name = `${prefix ?? ''}${folder}`.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
  if (name === ORDERS_TABLE) return [];
  return [
    {
      severity: 'block',
      sentence: `The crawler makes the table ${name}, and every view of sql/ asks ${ORDERS_TABLE}: they fail, or show what was there before and no new order.`,
      nextStep: `Keep the prefix and the folder that make ${ORDERS_TABLE}, or rename it in stacks/names.ts and sql/views together.`,
    },
  ];
}

function database(crawler: ResourceChange, plan: Plan): Remark[] {
  const turn = turned(crawler, 'database_name');
  const remarks: Remark[] = [];
  if (turn && turn.to !== UNKNOWN)
    remarks.push({
      severity: 'block',
      sentence: `The crawler keeps its table in the database ${shown(turn.to)} instead of ${shown(turn.from)}. Whoever asks in the old one gets the orders of before the change and none after.`,
      nextStep:
        'Publish the views in the new database, tell whoever asks, and keep the old one until nobody does.',
    });
  const publisher = only(plan, LAMBDA, (each) => variable(each, 'DATABASE') !== null);
  if (publisher && !arrives(publisher)) remarks.push(...published(publisher, crawler));
  return remarks;
}

/** The crawler must look exactly where rows are written, and not where failed records are. */
function place(crawler: ResourceChange, firehose: ResourceChange | undefined): Remark[] {
  const path = willBe(crawler, 's3_target.0.path');
  if (!firehose?.after || typeof path !== 'string') return [];
  const folder = path.replace(/^s3:\/\/[^/]*\//, '');
  const prefix = willBe(firehose, 'extended_s3_configuration.0.prefix');
  const errors = willBe(firehose, 'extended_s3_configuration.0.error_output_prefix');
  const remarks: Remark[] = [];
  if (prefix !== UNKNOWN && !String(prefix ?? '').startsWith(folder))
    remarks.push({
      severity: 'block',
      sentence: `Firehose writes under ${shown(prefix)} and the crawler looks under ${folder}: new orders are in the lake and in no view.`,
      nextStep: 'Give both the same folder; stacks/hops/lake.ts has it as ORDERS_PREFIX.',
    });
  if (typeof errors === 'string' && errors.startsWith(folder))
    remarks.push({
      severity: 'block',
      sentence: `Failed records go to ${errors}, where the crawler looks for orders: their form joins the table, and the views count what is no order.`,
      nextStep: 'Keep them under a folder of their own.',
    });
  return remarks;
}

/** The publisher puts views into a database and has them ask a table: both by name. */
function published(publisher: ResourceChange, crawler: ResourceChange | undefined): Remark[] {
  const remarks: Remark[] = [];
  const asked = variable(publisher, 'ORDERS_TABLE');
  if (typeof asked === 'string' && asked !== ORDERS_TABLE)
    remarks.push({
      severity: 'block',
      sentence: `The views are published to ask ${asked}; the files of sql/ ask ${ORDERS_TABLE}, which is what the crawler makes.`,
      nextStep: 'Rename it everywhere in one change, or nowhere.',
    });
  const database = variable(publisher, 'DATABASE');
  const crawled = crawler && willBe(crawler, 'database_name');
  if (typeof database === 'string' && typeof crawled === 'string' && database !== crawled)
    remarks.push({
      severity: 'block',
      sentence: `The views are published in ${database}, and the crawler keeps the table in ${crawled}: every view fails with a table not found.`,
      nextStep: `Give both ${BASE_NAMES.database} of the environment.`,
    });
  return remarks;
}

function variable(change: ResourceChange, name: string): Json | Unknown {
  return willBe(change, `${VARIABLES}.${name}`);
}

/** The one that stands after the apply. */
function only(
  plan: Plan,
  type: string,
  fits: (change: ResourceChange) => boolean = () => true,
): ResourceChange | undefined {
  return plan.changes.find((each) => each.type === type && each.after !== null && fits(each));
}

function unknown(what: string): Remark {
  return {
    severity: 'warn',
    sentence: `${what} has a name that is known only after the apply; the views ask ${ORDERS_TABLE}.`,
    nextStep: 'Write the names into the stack, so that they can be compared.',
  };
}
