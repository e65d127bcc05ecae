/** What a hostile stack is written as: a name, who must stop it and where, and the edit of a real stack that makes it. */

/** A stack to be spoilt. */
// biome-ignore lint/suspicious/noExplicitAny: an edit reaches into the JSON of a stack, which has no type of ours.
export type Draft = any;

export type Attempt = {
  tries: string;
  rule: string;
  address: string;
  spoil(stack: Draft): void;
};
