import { App, Stack } from 'aws-cdk-lib';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { CostBudget, type CostBudgetProps } from '../../../lib/constructs/operations/cost-budget';
import { templateOf, testStack } from '../../support/app';

const emails = ['ops@example.com'];
const budgetOf = (props: Partial<CostBudgetProps> = {}) =>
  Object.values(
    templateOf((stack) => new CostBudget(stack, 'Spending', { monthlyLimit: 25, emails, ...props })).findResources(
      'AWS::Budgets::Budget',
    ),
  )[0].Properties;
const threshold = (NotificationType: string, Threshold: number) => ({
  NotificationType,
  ComparisonOperator: 'GREATER_THAN',
  Threshold,
  ThresholdType: 'PERCENTAGE',
});

describe('CostBudget', () => {
  test('counts the costs of a month, and tells at 50, 80 and 100 % spent and 100 % forecast [operations-budget-monthly]', () => {
    const { Budget, NotificationsWithSubscribers } = budgetOf();
    expect(Budget).toEqual({ BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 25, Unit: 'USD' } });
    const Subscribers = [{ SubscriptionType: 'EMAIL', Address: 'ops@example.com' }];
    expect(NotificationsWithSubscribers).toEqual([
      { Notification: threshold('ACTUAL', 50), Subscribers },
      { Notification: threshold('ACTUAL', 80), Subscribers },
      { Notification: threshold('ACTUAL', 100), Subscribers },
      { Notification: threshold('FORECASTED', 100), Subscribers },
    ]);
  });

  test('counts only the costs of some architectures when they are named', () => {
    expect(budgetOf({ architectures: ['orders-api'] }).Budget.CostFilters).toEqual({
      TagKeyValue: ['user:groundplan:architecture$orders-api'],
    });
  });

  test('the service may publish to the topic and use its key for this account, before it is told of it [operations-budget-topic]', () => {
    const template = templateOf((stack) => {
      new CostBudget(stack, 'Spending', { monthlyLimit: 25, alarms: new AlarmTopic(stack, 'Alarms') });
    });
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    const admitting = (statements: { Principal: { Service?: string | string[] } }[]) =>
      statements.filter(({ Principal }) => [Principal.Service].flat().includes('budgets.amazonaws.com'));
    const [[policyId, policy]] = Object.entries(template.findResources('AWS::SNS::TopicPolicy'));
    expect(admitting(policy.Properties.PolicyDocument.Statement)).toEqual([
      expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Condition: ofThisAccount }),
    ]);
    const [[keyId, key]] = Object.entries(template.findResources('AWS::KMS::Key'));
    const uses = admitting(key.Properties.KeyPolicy.Statement) as { Action?: unknown; Condition?: unknown }[];
    expect(uses.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey*']),
    );
    expect(uses.filter(({ Condition }) => JSON.stringify(Condition) !== JSON.stringify(ofThisAccount))).toEqual([]);
    const [budget] = Object.values(template.findResources('AWS::Budgets::Budget'));
    expect(budget.DependsOn).toEqual(expect.arrayContaining([policyId, keyId]));
    expect(budget.Properties.NotificationsWithSubscribers[0].Subscribers).toEqual([
      { SubscriptionType: 'SNS', Address: { Ref: expect.stringMatching(/^AlarmsTopic/) as string } },
    ]);
  });

  test('is in yuan where accounts are billed in yuan', () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: 'cn-north-1' } });
    expect(() => new CostBudget(stack, 'Dollars', { monthlyLimit: 25, emails })).toThrow(
      'currency is USD, but accounts in cn-north-1 are billed in CNY; give that',
    );
    expect(() => new CostBudget(stack, 'Yuan', { monthlyLimit: 25, emails, currency: 'CNY' })).not.toThrow();
  });

  test.each<[string, Partial<CostBudgetProps>, string]>([
    ['nothing', { monthlyLimit: 0 }, 'monthlyLimit is 0; give an amount above 0 with at most two decimals'],
    ['less than nothing', { monthlyLimit: -5 }, 'monthlyLimit is -5; give an amount above 0'],
    ['no number', { monthlyLimit: Number.NaN }, 'monthlyLimit is NaN; give an amount above 0'],
    ['parts of a cent', { monthlyLimit: 0.125 }, 'monthlyLimit is 0.125; give an amount above 0'],
    ['another currency', { currency: 'EUR' }, 'currency is EUR; give USD, or CNY in the regions of China'],
    [
      'nobody to tell',
      { emails: [] },
      'neither emails nor alarms is given, so that nobody would be told; give one of them',
    ],
    [
      'eleven addresses',
      { emails: Array.from({ length: 11 }, (_, i) => `a${i}@example.com`) },
      'emails holds 11 addresses; a notice takes at most 10, so give a topic instead',
    ],
    ['what is no address', { emails: ['ops'] }, 'emails holds ops; give e-mail addresses'],
    ['an address twice', { emails: [...emails, ...emails] }, 'emails holds an address twice; give each once'],
    ['no notices', { notices: [] }, 'notices holds 0; a budget tells at least once and at most 5 times'],
    [
      'six notices',
      { notices: [1, 2, 3, 4, 5, 6].map((percent) => ({ about: 'actual', percent })) },
      'notices holds 6; a budget tells at least once and at most 5 times',
    ],
    [
      'a notice twice',
      { notices: Array(2).fill({ about: 'actual', percent: 80 }) },
      'notices holds actual 80 % twice; say each once',
    ],
    [
      'a notice at 0 %',
      { notices: [{ about: 'actual', percent: 0 }] },
      'notices[0].percent is 0 %; give a whole number from 1 to 1000 %',
    ],
    [
      'no architecture',
      { architectures: [] },
      'architectures is empty, so that no cost would count; leave it out to count all',
    ],
  ])('fails on %s', (_what, props, fault) => {
    expect(() => new CostBudget(testStack(), 'Spending', { monthlyLimit: 25, emails, ...props })).toThrow(fault);
  });

  test('fails with every fault at once, under the name of the budget', () => {
    expect(() => new CostBudget(testStack(), 'Spending', { monthlyLimit: 0, currency: 'EUR' })).toThrow(
      /^Stack\/Spending:\n {2}monthlyLimit is 0.*\n {2}currency is EUR.*\n {2}neither emails/,
    );
  });
});
