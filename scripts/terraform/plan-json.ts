/**
 * A Terraform plan as `terraform show -json` tells it, read at the edge: what happens to each address, and with which
 * values. Everything that judges or shows a plan (the stateful-address lock, the review, the summary, the cost) stands
 * on these types and never on Terraform's own JSON.
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** `replace` is a delete and a create of one address, in whichever order; `forget` leaves the thing and drops it from
 * the state. */
export type Action = 'create' | 'update' | 'replace' | 'delete' | 'forget' | 'read' | 'no-op';

export type ResourceChange = {
  /** `aws_kinesis_stream.kinesis` */
  address: string;
  /** `aws_kinesis_stream` */
  type: string;
  /** Where a `moved` block brought it from. */
  previousAddress?: string;
  /** Set when it is not the thing itself, but what an earlier apply replaced and could not delete yet. */
  deposed?: string;
  action: Action;
  /** Null before a create. */
  before: JsonObject | null;
  /** Null after a delete; what is known only after the apply is missing here and true in `unknown`. */
  after: JsonObject | null;
  unknown: JsonObject;
  /** The arguments that force the replacement, as paths: `name`, `key_schema.0.attribute_name`. */
  replacePaths: readonly string[];
  /** The paths whose values must not be shown. */
  sensitive: readonly string[];
  /** Terraform's own word for why, such as `replace_because_cannot_update`. */
  reason?: string;
};

export type Plan = {
  terraformVersion: string;
  /** What the plan does, `no-op`s included, data sources left out. */
  changes: readonly ResourceChange[];
  /** What was changed outside Terraform since the last apply, as the refresh found it. */
  drift: readonly ResourceChange[];
  /** Terraform says that an apply would do something. */
  applyable: boolean;
  /** Terraform could plan everything: nothing was deferred or left out by -target. */
  complete: boolean;
  errored: boolean;
};
