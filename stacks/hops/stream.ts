/**
 * The table's changes, each once, in order per order, for 24 hours:
 *
 *     table → [stream] → pipe
 *
 * To AWS it is no resource of its own but two arguments of the table; this construct sets them, so that the hop has
 * one place. How long a change is kept cannot be chosen.
 */

import { Construct } from 'constructs';
import type { Table } from './table.ts';

export class Stream extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, table: Table) {
    super(scope, id);
    table.resource.streamEnabled = true;
    // Both images: a lake row of a removed order carries what the order was.
    table.resource.streamViewType = 'NEW_AND_OLD_IMAGES';
    this.arn = table.resource.streamArn;
  }
}
