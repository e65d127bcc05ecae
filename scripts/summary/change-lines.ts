/** Changes of a plan as lines of markdown: one bullet a change, its attributes below. */

import type { Alike } from './alike.ts';
import type { AttributeChange } from './attributes.ts';
import { code } from './markdown.ts';
import type { Omits } from './omissions.ts';
import type { ChangeSummary, Counted } from './summary.ts';
import { counted, DEED, listed } from './words.ts';

const FIRST_ATTRIBUTES = 5;

/** What is gone, or is another thing, after the apply. */
export function isLoss({ action }: Pick<ChangeSummary, 'action'>): boolean {
  return action === 'delete' || action === 'replace' || action === 'forget';
}

/** What is lost, each line with the environments that lose it: whole at every length of the comment. */
export function lossLines(groups: readonly Alike[]): string[] {
  return shared(groups, (changes) => changes.filter(isLoss).map(lossText));
}

function lossText({ address, action, stateful, deposed, replacePaths }: ChangeSummary): string {
  const left = deposed === undefined ? '' : ` (deposed ${code(deposed)})`;
  const effect = stateful ? `: ${stateful.effect}; it holds ${stateful.holds}` : '';
  return `${DEED[action]} ${code(address)}${left}${becauseOf(replacePaths)}${effect}`;
}

/** What holds data and keeps it. */
export function keptLines(groups: readonly Alike[], omits: Omits): string[] {
  return shared(groups, (changes) => {
    const kept = changes.filter((change) => change.stateful && !isLoss(change));
    const told = kept.filter((change) => !isSummed(change, omits));
    const lines = told.map((change) => `${deedText(change)}: ${change.stateful?.effect}`);
    return [...lines, ...sums(kept.filter((change) => isSummed(change, omits)))];
  });
}

/** One line for all environments of which it is true. */
function shared(
  groups: readonly Alike[],
  linesOf: (changes: readonly ChangeSummary[]) => string[],
): string[] {
  const environments = new Map<string, string[]>();
  for (const group of groups)
    for (const line of linesOf(group.changes))
      environments.set(line, [...(environments.get(line) ?? []), ...group.environments]);
  return [...environments].map(([line, names]) => `- **${listed(names)}** ${line}`);
}

function becauseOf(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const [shown, more] = [paths.slice(0, FIRST_ATTRIBUTES), paths.length - FIRST_ATTRIBUTES];
  return `, because of ${shown.map(code).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What the plan does in full, as far as it may be told here. */
export function changeLines(changes: readonly ChangeSummary[], omits: Omits): string[] {
  // Losses have lines of their own above; here they only add what is changed about them.
  const told = omits.has('attributes') ? changes.filter((change) => !isLoss(change)) : changes;
  const lines = told.flatMap((change) => (isSummed(change, omits) ? [] : oneChange(change, omits)));
  return [...lines, ...sums(told.filter((change) => isSummed(change, omits))).map((line) => `- ${line}`)];
}

function isSummed({ action, stateful }: ChangeSummary, omits: Omits): boolean {
  if (action === 'create') return omits.has(stateful ? 'stateful-addresses' : 'created-addresses');
  if (action === 'update' || action === 'move')
    return omits.has(stateful ? 'stateful-addresses' : 'changed-addresses');
  return false;
}

function deedText({ address, action, previousAddress }: ChangeSummary): string {
  const moved = previousAddress === undefined ? '' : `, moved from ${code(previousAddress)}`;
  return `${DEED[action]} ${code(address)}${moved}`;
}

/** `create 12 aws_iam_role` for those that are not listed. */
function sums(changes: readonly ChangeSummary[]): string[] {
  const counts = new Map<string, { action: Counted; type: string; count: number }>();
  for (const { action, type } of changes) {
    const key = `${action} ${type}`;
    const sum = counts.get(key) ?? { action, type, count: 0 };
    counts.set(key, { ...sum, count: sum.count + 1 });
  }
  return [...counts.values()].map(({ action, type, count }) => `${DEED[action]} ${count} × ${code(type)}`);
}

function oneChange(change: ChangeSummary, omits: Omits): string[] {
  return [`- ${deedText(change)}`, ...attributeLines(change, omits)];
}

function attributeLines(change: ChangeSummary, omits: Omits): string[] {
  const { action, attributes, attributesLeftOut, replacePaths } = change;
  if (omits.has('attributes') || (action === 'create' && omits.has('created-attributes'))) return [];
  const max = omits.has('later-attributes') ? FIRST_ATTRIBUTES : attributes.length;
  // The argument that forces a replacement comes first, wherever the alphabet puts it.
  const forced = (path: string) => replacePaths.includes(path);
  const ordered = [...attributes].sort((a, b) => Number(forced(b.path)) - Number(forced(a.path)));
  const more = attributes.length - Math.min(max, attributes.length) + attributesLeftOut;
  return [
    ...ordered.slice(0, max).map((each) => attributeLine(each, action, omits)),
    ...(more > 0 ? [`  - and ${counted(more, 'more attribute')}`] : []),
  ];
}

function attributeLine({ path, before, after }: AttributeChange, action: Counted, omits: Omits): string {
  if (omits.has('values')) return `  - ${code(path)}`;
  const values = action === 'create' ? code(after) : `${code(before)} → ${code(after)}`;
  return `  - ${code(path)}: ${values}`;
}
