import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { SessionTable } from '../../../lib/constructs/data/session-table';
import { testStack } from '../../support/app';
import { Parts } from '../compute/parts';

describe('SessionTable', () => {
  test('sessions expire by themselves, are told to servers, and their pool is not sticky [compute-external-sessions]', () => {
    const parts = new Parts(testStack());
    parts.balancer(parts.pool());
    const sessions = new SessionTable(parts.stack, 'Visits', { idle: Duration.minutes(20), alarms: parts.alarms });
    const role = new Role(parts.stack, 'Server', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    sessions.grantUse(role);
    expect(parts.stack.resolve(sessions.environment)).toEqual({
      SESSIONS_TABLE: { Ref: expect.stringMatching(/^VisitsSessions/) },
      SESSIONS_IDLE_SECONDS: '1200',
    });
    const template = Template.fromStack(parts.stack);
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [{ AttributeName: 'session', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    const groups = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'));
    expect(groups[0].Properties.TargetGroupAttributes).toContainEqual({ Key: 'stickiness.enabled', Value: 'false' });
    const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
      id.startsWith('Server'),
    );
    const allowed = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    expect(allowed.flatMap(({ Action }: any) => Action).sort()).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
    ]);
  });

  test.each([Duration.seconds(59), Duration.days(31)])('fails when a session would last %s', (idle) => {
    expect(() => new SessionTable(testStack(), 'Visits', { idle })).toThrow(
      `Stack/Visits:\n  idle is ${idle.toHumanString()}; give 1 minute to 30 days`,
    );
  });
});
