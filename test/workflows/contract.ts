/**
 * What a contract over the workflows is: a promise, what to do instead, and changes of the workflows as they stand that
 * break it, so that a contract which has gone blind fails too. A change is made in the text, where somebody would make
 * it, and must find the text it replaces.
 */

import { type Action, actionsIn, type Files, type Workflow, workflowsIn } from './workflow.ts';

export type Estate = { workflows: readonly Workflow[]; actions: readonly Action[] };

export type Break = {
  /** `deploy.yml`, or the path of an action. */
  in: string;
  /** The first place with this text … */
  from: string;
  /** … says this instead. */
  to: string;
};

export type Contract = {
  promise: string;
  instead: string;
  /** What breaks it, a sentence each. */
  findings(estate: Estate): string[];
  breaks: readonly Break[];
};

export function estateOf(files: Files): Estate {
  return { workflows: workflowsIn(files), actions: actionsIn(files) };
}

/** The files with one change made. */
export function broken(files: Files, change: Break): Files {
  const path = [...files.keys()].find((each) => each.endsWith(`/${change.in}`));
  const text = files.get(path ?? '');
  if (path === undefined || !text?.includes(change.from))
    throw new Error(`${change.in} has no "${change.from}" to change.`);
  return new Map([...files, [path, text.replace(change.from, () => change.to)]]);
}
