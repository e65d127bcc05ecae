/**
 * A plan's summary for a terminal: how it stands, what is lost, what stops it, then every change with its values.
 * Colours come through `paint`, so a file gets none; a control character in a value cannot move the cursor.
 */

import { paint } from '../command.ts';
import type { Finding } from '../finding.ts';
import { NOT_IN_USAGE } from '../prices/usage.ts';
import type { AttributeChange } from './attributes.ts';
import { isLoss } from './change-lines.ts';
import { wellFormed } from './shorten.ts';
import type { ChangeSummary, Counted, EnvironmentSummary, PlanSummary } from './summary.ts';
import { blockers, counted, DEED, difference, money, planOf, standingOf, standingText } from './words.ts';

/** What a terminal is wide; a longer line is broken between words, an address never. */
const WIDTH = 100;

const SIGN: Readonly<Record<Counted, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '-',
  forget: '?',
  move: '>',
};

export function summaryText(summary: EnvironmentSummary): string {
  const { findings, outcome } = summary;
  const plan = planOf(summary);
  const open = findings.filter(({ waived }) => !waived);
  return [
    headline(summary),
    ...block('stopped by', blockers(findings).flatMap(findingLines)),
    ...block(
      'Terraform’s errors',
      outcome.kind === 'failed' ? outcome.errors.flatMap((each) => wrapped(each, 2)) : [],
    ),
    ...(plan ? planLines(plan) : []),
    ...block('warnings', open.filter(({ severity }) => severity === 'warn').flatMap(findingLines)),
    ...block('waived', findings.filter(({ waived }) => waived).flatMap(findingLines)),
    ...block('notes', open.filter(({ severity }) => severity === 'note').flatMap(findingLines)),
    ...(plan ? costLines(plan) : []),
    '',
    paint('dim', factsOf(summary)),
  ].join('\n');
}

function headline(summary: EnvironmentSummary): string {
  const text = `${summary.environment}: ${standingText(summary)}`;
  switch (standingOf(summary)) {
    case 'stopped':
      return paint('red', text);
    case 'loses-data':
      return paint('yellow', text);
    case 'ready':
    case 'nothing-to-do':
    case 'not-planned':
      return paint('bold', text);
  }
}

function planLines({ changes, unchanged, drifted }: PlanSummary): string[] {
  const losses = changes.filter(isLoss);
  const kept = changes.filter((change) => change.stateful && !isLoss(change));
  const others = changes.filter((change) => !change.stateful && !isLoss(change));
  return [
    ...block('destroyed, replaced or let go of', losses.flatMap(changeLines)),
    ...block('things that hold data', kept.flatMap(changeLines)),
    ...block('changes', others.flatMap(changeLines)),
    ...block(
      'changed outside Terraform',
      drifted.map((address) => `  ${oneLine(address)}`),
    ),
    ...(unchanged > 0 ? ['', paint('dim', `${counted(unchanged, 'resource')} left as they are`)] : []),
  ];
}

function changeLines(change: ChangeSummary): string[] {
  const { action, address, previousAddress, replacePaths, stateful, attributes, attributesLeftOut } = change;
  const said = [
    DEED[action],
    ...(previousAddress === undefined ? [] : [`moved from ${previousAddress}`]),
    ...(stateful ? [stateful.effect] : []),
    ...(replacePaths.length > 0 ? [`because of ${replacePaths.join(', ')}`] : []),
  ];
  const values = [
    ...attributes.flatMap(attributeLines),
    ...(attributesLeftOut > 0 ? [`      and ${counted(attributesLeftOut, 'more attribute')}`] : []),
  ];
  const head = `  ${SIGN[action]} ${oneLine(address)}`;
  const painted = isLoss(change) ? paint('red', head) : action === 'create' ? paint('green', head) : head;
  return [painted, ...wrapped(said.join('; '), 6), ...(action === 'create' ? [] : values)];
}

function attributeLines({ path, before, after }: AttributeChange): string[] {
  const line = `      ${oneLine(path)}: ${oneLine(before)} → ${oneLine(after)}`;
  if (line.length <= WIDTH) return [line];
  return [`      ${oneLine(path)}:`, ...wrapped(before, 8), ...wrapped(`→ ${after}`, 8)];
}

function findingLines({ severity, rule, address, sentence, nextStep, waived }: Finding): string[] {
  const word = waived ? `waived until ${waived.until}` : severity;
  const colour = waived ? 'dim' : severity === 'block' ? 'red' : severity === 'warn' ? 'yellow' : 'dim';
  return [
    `  ${paint(colour, word)}  ${oneLine(address)}  [${oneLine(rule)}]`,
    ...wrapped(sentence, 6),
    ...wrapped(waived ? `waived: ${waived.reason}` : nextStep, 6),
  ];
}

function costLines({ cost }: PlanSummary): string[] {
  const { monthly, perMillionOrders, notPriced, date } = cost;
  const change = difference(monthly);
  const orders = difference(perMillionOrders);
  const lines = [
    change
      ? `  $${money(monthly.before)} → $${money(monthly.after)} a month (${change})`
      : `  $${money(monthly.after)} a month, as before`,
    `  $${money(perMillionOrders.after)} for a million orders${orders ? ` (${orders})` : ''}`,
    ...notPriced.flatMap(({ address, why }) => wrapped(`not priced: ${address}, ${why}`, 2)),
    ...wrapped(`List prices of ${date}; ${NOT_IN_USAGE}.`, 2).map((line) => paint('dim', line)),
  ];
  return change || orders || notPriced.length > 0 ? block('cost', lines) : [];
}

function factsOf({ commit, tree, outcome, ...summary }: EnvironmentSummary): string {
  const plan = planOf({ commit, tree, outcome, ...summary });
  const state = plan
    ? `, state at serial ${plan.state.serial}, Terraform ${oneLine(plan.terraformVersion)}`
    : '';
  const bundle = outcome.kind === 'sealed' ? `, bundle ${outcome.bundleSha256.slice(0, 12)}` : '';
  return `commit ${commit.slice(0, 12)}, tree ${tree.slice(0, 12)}${state}${bundle}`;
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', paint('bold', title), ...lines];
}

function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each);
}

function oneLine(text: string): string {
  return wellFormed(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}
