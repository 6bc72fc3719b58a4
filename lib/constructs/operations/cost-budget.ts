import { Stack, Token } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { AlarmTopic } from './alarm-topic';

/** When somebody is told. */
export interface BudgetNotice {
  /** Whether it is about what was spent, or about what will have been by the end of the month. */
  readonly about: 'actual' | 'forecast';
  /** From how much of the limit on, 1 to 1,000 %. */
  readonly percent: number;
}

export interface CostBudgetProps {
  /** What may be spent in a calendar month, in the account's currency; more than 0, with at most two decimals. */
  readonly monthlyLimit: number;
  /**
   * The currency: `USD`, or `CNY` in the regions of China, whose accounts are billed in it.
   * @default 'USD'
   */
  readonly currency?: string;
  /**
   * When somebody is told, at most 5 times.
   * @default - at 50, 80 and 100 % spent, and when the forecast passes 100 %
   */
  readonly notices?: readonly BudgetNotice[];
  /**
   * Who is mailed, at most 10 addresses; nothing has to be confirmed.
   * @default - nobody
   */
  readonly emails?: readonly string[];
  /**
   * The topic that is told, which the service is let into. One of the two is needed.
   * @default - none
   */
  readonly alarms?: AlarmTopic;
  /**
   * The architectures whose costs count, by the tag `groundplan:architecture`. The tag must be activated for cost allocation in
   * the billing console first; until then, and for what was spent before, nothing is counted.
   * @default - all costs of the account
   */
  readonly architectures?: readonly string[];
}

const usual: readonly BudgetNotice[] = [
  { about: 'actual', percent: 50 },
  { about: 'actual', percent: 80 },
  { about: 'actual', percent: 100 },
  { about: 'forecast', percent: 100 },
];

/**
 * Tells somebody when a month becomes dearer than meant.
 *
 * It is a bell, not a brake: AWS works costs out several times a day, up to a day late, and nothing is stopped. Watching costs
 * nothing.
 *
 * @claims operations-budget-monthly, operations-budget-topic
 */
export class CostBudget extends Construct {
  constructor(scope: Construct, id: string, props: CostBudgetProps) {
    super(scope, id);
    const { monthlyLimit, currency = 'USD', notices = usual, emails = [], alarms, architectures } = props;
    refuse(this, [
      limitFault(monthlyLimit),
      currencyFault(currency, Stack.of(this).region),
      ...noticeFaults(notices),
      ...subscriberFaults(emails, alarms),
      architectures?.length === 0 && 'architectures is empty, so that no cost would count; leave it out to count all',
    ]);

    alarms?.admit('budgets.amazonaws.com');
    const subscribers: CfnBudget.SubscriberProperty[] = [
      ...emails.map((address) => ({ subscriptionType: 'EMAIL', address })),
      ...(alarms ? [{ subscriptionType: 'SNS', address: alarms.topic.topicArn }] : []),
    ];
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyLimit, unit: currency },
        ...(architectures && {
          costFilters: { TagKeyValue: architectures.map((name) => `user:groundplan:architecture$${name}`) },
        }),
      },
      notificationsWithSubscribers: notices.map(({ about, percent }) => ({
        notification: {
          notificationType: about === 'actual' ? 'ACTUAL' : 'FORECASTED',
          comparisonOperator: 'GREATER_THAN',
          threshold: percent,
          thresholdType: 'PERCENTAGE',
        },
        subscribers,
      })),
    });
    // The service tries out whether it may publish when it is given the topic.
    if (alarms) budget.node.addDependency(alarms);
  }
}

function limitFault(limit: number): string | undefined {
  if (Token.isUnresolved(limit)) return undefined;
  if (limit > 0 && Number.isFinite(limit) && Number(limit.toFixed(2)) === limit) return undefined;
  return `monthlyLimit is ${limit}; give an amount above 0 with at most two decimals`;
}

function currencyFault(currency: string, region: string): string | undefined {
  if (Token.isUnresolved(currency)) return undefined;
  if (currency !== 'USD' && currency !== 'CNY')
    return `currency is ${currency}; give USD, or CNY in the regions of China`;
  if (Token.isUnresolved(region) || (currency === 'CNY') === region.startsWith('cn-')) return undefined;
  return `currency is ${currency}, but accounts in ${region} are billed in ${currency === 'CNY' ? 'USD' : 'CNY'}; give that`;
}

function noticeFaults(notices: readonly BudgetNotice[]): (string | undefined | false)[] {
  const said = notices.map(({ about, percent }) => `${about} ${percent} %`);
  const twice = said.filter((one, i) => said.indexOf(one) < i);
  return [
    (notices.length === 0 || notices.length > 5) &&
      `notices holds ${notices.length}; a budget tells at least once and at most 5 times`,
    twice.length > 0 && `notices holds ${twice.join(', ')} twice; say each once`,
    ...notices.map(({ percent }, i) => outsideRange(`notices[${i}].percent`, percent, 1, 1000, '%')),
  ];
}

function subscriberFaults(emails: readonly string[], alarms?: AlarmTopic): (string | undefined | false)[] {
  const strange = emails.filter((email) => !Token.isUnresolved(email) && !/^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(email));
  return [
    emails.length === 0 &&
      !alarms &&
      'neither emails nor alarms is given, so that nobody would be told; give one of them',
    emails.length > 10 && `emails holds ${emails.length} addresses; a notice takes at most 10, so give a topic instead`,
    strange.length > 0 && `emails holds ${strange.join(', ')}; give e-mail addresses`,
    new Set(emails).size < emails.length && 'emails holds an address twice; give each once',
  ];
}
