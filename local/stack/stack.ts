/**
 * The shapes in which a synthesized stack reaches the parts of the engine. Only this room knows Terraform's JSON:
 * a part sees resolved blocks and reads them argument by argument.
 */

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

/** A Terraform resource type that the engine gives behaviour to (or, with `inert`, knows to have none here). */
export type ResourceKind<Config = unknown> = {
  /** `aws_kinesis_stream`. */
  type: string;
  /** The attributes that Terraform computes (`arn`, `id`, …), from the literal arguments; others may refer to them. */
  computed(block: Block, account: { account: string; region: string }): Record<string, unknown>;
  /** Reads every argument of the resolved block; one that is left unread is an error with its address. */
  parse(block: Block): Config;
};

export type Stack = {
  /** Every resource of that kind, parsed, by address order. */
  all<Config>(kind: ResourceKind<Config>): Config[];
  /** Where the stack file lies: asset paths (Lambda zips) in blocks are already resolved against it. */
  directory: string;
};
