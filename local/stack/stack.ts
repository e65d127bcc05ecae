/**
 * The shapes in which a synthesized stack reaches the parts of the engine. Only this room knows Terraform's JSON:
 * a part sees resolved blocks and reads them argument by argument.
 */

import type { ResourceKind } from '../ports.ts';

/**
 * One resource (or a block nested in one), its references resolved. Every reader marks its argument as read; an
 * argument that nobody read is an EngineError with the block's address, so nothing is ignored in silence.
 */
export type Block = {
  /** `aws_kinesis_stream.kinesis` or, nested, `aws_kinesis_stream.kinesis.stream_mode_details`. */
  address: string;
  string(name: string): string;
  optionalString(name: string): string | undefined;
  number(name: string): number;
  optionalNumber(name: string): number | undefined;
  /** Terraform's default for a missing boolean is stated by the caller. */
  boolean(name: string, missing: boolean): boolean;
  strings(name: string): string[];
  /** A map of strings (`environment.variables`, `parameters`). */
  map(name: string): Record<string, string>;
  /** A nested block that occurs at most once. */
  block(name: string): Block | undefined;
  /** A nested block that may repeat, in order. */
  blocks(name: string): Block[];
  has(name: string): boolean;
  /** Marks arguments that change nothing on a laptop (`tags`, `kms_master_key_id`, …). */
  inert(...names: string[]): void;
  /** Throws an EngineError: the argument's value is not supported here. */
  refuse(name: string, why: string): never;
};

export type Stack = {
  /** Every resource of that kind, parsed, by address order. */
  all<Config>(kind: ResourceKind<Config>): Config[];
  /** Where the stack file lies: asset paths (Lambda zips) in blocks are already resolved against it. */
  directory: string;
};
