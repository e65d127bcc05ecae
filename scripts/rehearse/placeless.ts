/**
 * Of which calls MiniStack 1.5 cannot say the resource when it decides them, or says another than AWS. For these actions,
 * and no others, the rehearsal allows a role on any resource what its own policies allow it on some. A right that a role
 * lacks altogether is still refused; that it is bound to the right name is held by the tests in stacks/identity/ alone.
 * A pattern that fits no right of the roles is out of date, and an error.
 */

export type Placeless = { action: RegExp; because: string };

const NO_RESOURCE = 'MiniStack does not name its resource';

const PLACELESS: readonly Placeless[] = [
  { action: /^athena:(CreateWorkGroup|ListTagsForResource)$/, because: NO_RESOURCE },
  { action: /^cloudwatch:/, because: NO_RESOURCE },
  { action: /^dynamodb:ListTagsOfResource$/, because: NO_RESOURCE },
  {
    action: /^events:/,
    because: 'MiniStack names the bus in the ARN of a rule on the default one, which AWS does not',
  },
  { action: /^glue:/, because: 'MiniStack takes every name for a table’s' },
  { action: /^kms:CreateAlias$/, because: NO_RESOURCE },
  { action: /^kms:DescribeKey$/, because: 'MiniStack asks for the alias, and AWS for the key behind it' },
  { action: /^lambda:CreateFunction$/, because: NO_RESOURCE },
  { action: /^logs:DescribeLogGroups$/, because: NO_RESOURCE },
  { action: /^pipes:ListTagsForResource$/, because: NO_RESOURCE },
  { action: /^sns:ListTagsForResource$/, because: NO_RESOURCE },
];

type Document = { Statement: { Effect: string; Action: string | string[] }[] };

/** The rights of these policies that must be allowed on any resource there, each with the reason. */
export function placelessRights(
  policies: readonly Document[],
  placeless: readonly Placeless[] = PLACELESS,
): { action: string; because: string }[] {
  const actions = policies
    .flatMap(({ Statement }) => Statement)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action);
  return [...new Set(actions)].sort().flatMap((action) => {
    const found = placeless.find((each) => each.action.test(action));
    return found ? [{ action, because: found.because }] : [];
  });
}

/** Patterns that fit none of these actions. */
export function outOfDate(actions: readonly string[], placeless: readonly Placeless[] = PLACELESS): string[] {
  return placeless
    .filter(({ action }) => !actions.some((each) => action.test(each)))
    .map(({ action }) => String(action));
}
