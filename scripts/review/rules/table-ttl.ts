/** DynamoDB starts to delete orders by itself, by the time that an attribute names. */

import { cannotTell, shown, turned, UNKNOWN, was, willBe } from '../change.ts';
import type { Rule } from '../rule.ts';

const ENABLED = 'ttl.0.enabled';
const ATTRIBUTE = 'ttl.0.attribute_name';

export const TABLE_TTL: Rule = {
  name: 'table-ttl',
  looksAt: 'Time to live of the table: switched on, or by another attribute.',
  types: ['aws_dynamodb_table'],
  judge(change) {
    const enabled = turned(change, ENABLED);
    // The provider cannot know it of a table that it replaces; stream-lost speaks of that one.
    if (enabled?.to === UNKNOWN && change.action === 'replace') return [];
    if (enabled?.to === UNKNOWN) return [cannotTell('Whether DynamoDB deletes orders by itself', 'block')];
    const on = willBe(change, ENABLED) === true;
    const renamed = was(change, ENABLED) === true && turned(change, ATTRIBUTE) !== undefined;
    if (!on || !(enabled || renamed)) return [];
    return [
      {
        severity: 'block',
        sentence:
          `DynamoDB will delete each order whose attribute ${shown(willBe(change, ATTRIBUTE))} names a time that has passed. ` +
          'Each deletion also travels the pipeline as a REMOVE, so those orders leave orders_current and the sales.',
        nextStep:
          'Check what the attribute holds in the orders of today, and what the views then show, before it is switched on.',
      },
    ];
  },
};
