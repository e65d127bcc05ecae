/** What the plans change in the bill, as lines of markdown, and on which assumptions. */

import type { EnvironmentName } from '../../stacks/names.ts';
import { NOT_IN_USAGE, USAGE_ASSUMPTIONS } from '../prices/usage.ts';
import { code } from './markdown.ts';
import type { Omits } from './omissions.ts';
import type { EnvironmentSummary, PlanSummary } from './summary.ts';
import { counted, difference, money, planOf } from './words.ts';

const LINES_MAX = 10;

/** Empty when nothing of the bill changes. */
export function costSection(summaries: readonly EnvironmentSummary[], omits: Omits): string[] {
  const plans = summaries.flatMap((summary) => {
    const plan = planOf(summary);
    return plan ? [{ environment: summary.environment, plan }] : [];
  });
  const lines = plans.flatMap(({ environment, plan }) => costLines(environment, plan, omits));
  const [first] = plans;
  if (lines.length === 0 || !first) return [];
  const { date, region } = first.plan.cost;
  const assumed = omits.has('cost-lines')
    ? ''
    : `: ${USAGE_ASSUMPTIONS.join('; ')}. ${capital(NOT_IN_USAGE)}`;
  return [
    ...lines,
    '',
    `<sub>USD by list prices of ${region}, gone through on ${date}, before free tiers and taxes${assumed}.</sub>`,
  ];
}

function costLines(environment: EnvironmentName, { cost }: PlanSummary, omits: Omits): string[] {
  const monthly = difference(cost.monthly);
  const used = difference(cost.perMillionOrders);
  const { notPriced } = cost;
  if (!monthly && !used && notPriced.length === 0) return [];
  const { before, after } = cost.monthly;
  const orders = cost.perMillionOrders;
  const head = [
    monthly
      ? `${money(before)} → ${money(after)} a month (${monthly})`
      : `${money(after)} a month, as before`,
    used ? `${money(orders.before)} → ${money(orders.after)} for a million orders` : undefined,
  ].filter((each) => each !== undefined);
  const items = omits.has('cost-lines') ? [] : cost.lines.slice(0, LINES_MAX);
  const more = cost.lines.length - items.length;
  return [
    `- **${environment}** ${head.join('; ')}`,
    ...items.map((line) => `  - ${code(line.address)}: ${difference(line) ?? '0.00'}, ${code(line.what)}`),
    ...(more > 0 ? [`  - and ${counted(more, 'more item')}`] : []),
    ...notPricedLines(notPriced),
  ];
}

/** Never zero in silence. */
function notPricedLines(notPriced: PlanSummary['cost']['notPriced']): string[] {
  const [shown, more] = [notPriced.slice(0, LINES_MAX), notPriced.length - LINES_MAX];
  return [
    ...shown.map(({ address, why }) => `  - not priced: ${code(address)} (${code(why)})`),
    ...(more > 0 ? [`  - and ${more} more that are not priced`] : []),
  ];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
