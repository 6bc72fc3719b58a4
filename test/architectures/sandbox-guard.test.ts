import { accessOf } from '../support/access';
import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'sandbox-guard';

describe(name, () => {
  matchesItsSnapshots(name);

  test('the budget is 25 US dollars, or what the setting says', () => {
    const limit = (settings: object) =>
      Object.values(architecture(name, settings).findResources('AWS::Budgets::Budget'))[0].Properties.Budget
        .BudgetLimit;
    expect(limit({})).toEqual({ Amount: 25, Unit: 'USD' });
    expect(limit({ monthlyBudget: '12.50' })).toEqual({ Amount: 12.5, Unit: 'USD' });
  });

  test('stacks are told of that stay stuck until a person comes, and no others', () => {
    const [{ Properties }] = Object.values(architecture(name).findResources('AWS::Events::Rule'));
    expect(Properties.EventPattern).toEqual({
      source: ['aws.cloudformation'],
      'detail-type': ['CloudFormation Stack Status Change'],
      detail: {
        'status-details': { status: ['CREATE_FAILED', 'DELETE_FAILED', 'ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED'] },
      },
    });
    const [{ InputTransformer, DeadLetterConfig, RetryPolicy }] = Properties.Targets;
    expect(Object.values(InputTransformer.InputPathsMap)).toEqual(
      expect.arrayContaining(['$.detail.stack-id', '$.detail.status-details.status']),
    );
    expect(DeadLetterConfig.Arn['Fn::GetAtt'][0]).toMatch(/^StuckUndeliveredQueue/);
    expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
  });

  test('whoever is mailed is mailed of costs and of stuck stacks alike', () => {
    architecture(name, { alarmEmail: 'ops@example.com' }).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    architecture(name).resourceCountIs('AWS::SNS::Subscription', 0);
  });

  test('budgets and alarms of this account may publish, those of others not', () => {
    const access = accessOf(name);
    for (const service of ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com']) {
      expect(access).toAllow(service, 'sns:Publish', 'Alarms/Topic', { 'aws:SourceAccount': 'AWS::AccountId' });
      expect(access).not.toAllow(service, 'sns:Publish', 'Alarms/Topic', { 'aws:SourceAccount': '999999999999' });
    }
  });
});
