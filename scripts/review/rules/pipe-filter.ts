/** The pipe passes on only some changes. What a filter drops is delivered as far as AWS is concerned: no dead letter. */

import { isDeepStrictEqual } from 'node:util';
import { cannotTell, objects, stays, UNKNOWN, was, willBe } from '../change.ts';
import type { Rule } from '../rule.ts';

const FILTERS = 'source_parameters.0.filter_criteria.0.filter';

export const PIPE_FILTER: Rule = {
  name: 'pipe-filter',
  looksAt:
    "The filter of a pipe: added, or another one. A filter's removal lets more through and is no finding.",
  types: ['aws_pipes_pipe'],
  judge(change) {
    if (change.action === 'delete') return [];
    const after = willBe(change, FILTERS);
    const unknown =
      after === UNKNOWN ||
      objects(after).some((_, index) => willBe(change, `${FILTERS}.${index}.pattern`) === UNKNOWN);
    if (unknown) return [cannotTell("The pipe's filter", 'block')];
    const patterns = objects(after).map(({ pattern }) => pattern);
    const before = stays(change) ? objects(was(change, FILTERS)).map(({ pattern }) => pattern) : [];
    if (patterns.length === 0 || isDeepStrictEqual(patterns, before)) return [];
    // Patterns are alternatives: one more lets more through, as long as there was one.
    if (before.length > 0 && before.every((pattern) => patterns.includes(pattern))) return [];
    return [
      {
        severity: 'block',
        sentence:
          `The pipe passes on only changes that match ${patterns.join(' or ')}. All others are dropped for good: they are not ` +
          'retried, leave no dead letter, and the views never hear of them.',
        nextStep:
          'Carry every change and leave out in a view what is not wanted; a view can be changed back.',
      },
    ];
  },
};
