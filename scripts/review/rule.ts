/**
 * What a rule of the pipeline review is: the resource types it looks at, and what it says of one change of them. A
 * rule judges what the plan does, never what merely is: an environment that stands as it stands is not its matter.
 * Each rule is a file in rules/, with its test beside it and its page in docs/review/.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { Severity } from '../finding.ts';
import type { JsonObject, Plan, ResourceChange } from '../terraform/plan-json.ts';

export type ReviewContext = {
  environment: EnvironmentName;
  /** The synthesized `cdk.tf.json`: what was asked for, where the plan does not know a value yet. */
  stack: JsonObject;
};

/** A finding without what the review itself knows: the rule's name and the change's address. */
export type Remark = {
  severity: Severity;
  /** One or two plain sentences: what happens, and to whose orders. */
  sentence: string;
  nextStep: string;
};

export type Rule = {
  /** Kebab-case; docs/review/<name>.md is its page. */
  name: string;
  /** For docs/review/README.md: what it looks at, as one sentence. */
  looksAt: string;
  types: readonly string[];
  judge(change: ResourceChange, plan: Plan, context: ReviewContext): Remark[];
};
