import { Match, Template } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib';
import { FunctionScanning, type FunctionScanningProps } from '../../../lib/constructs/serverless/function-scanning';
import { testStack } from '../../support/app';

const acceptMonthlyCost = 'Functions here take input of strangers';
function made(props: Partial<FunctionScanningProps> = {}) {
  const stack = testStack();
  new FunctionScanning(stack, 'Scanning', { acceptMonthlyCost, ...props });
  return { stack, template: Template.fromStack(stack) };
}
/** The call a custom resource has made, with references by name. */
function callOf(template: Template, when: 'Create' | 'Update' | 'Delete'): any {
  const [{ Properties }] = Object.values(template.findResources('Custom::FunctionScanning'));
  const call = Properties[when];
  return call && JSON.parse(call['Fn::Join'][1].map((part: any) => part.Ref ?? part).join(''));
}

describe('FunctionScanning', () => {
  test('Inspector scans libraries and code of every function, from the deployment on, until this goes [serverless-code-scanning]', () => {
    const { template } = made();
    const parameters = { accountIds: ['AWS::AccountId'], resourceTypes: ['LAMBDA', 'LAMBDA_CODE'] };
    for (const [when, action] of [
      ['Create', 'enable'],
      ['Update', 'enable'],
      ['Delete', 'disable'],
    ] as const)
      expect(callOf(template, when)).toMatchObject({ service: 'Inspector2', action, parameters });
  });

  test('code is not read, and scanning does not end, where somebody wants it so [serverless-code-scanning]', () => {
    const { template } = made({ ownCode: false, staysOn: true });
    expect(callOf(template, 'Create').parameters.resourceTypes).toEqual(['LAMBDA']);
    expect(callOf(template, 'Delete')).toBeUndefined();
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('inspector2:Disable');
  });

  test('settings are held against rules before and after a function is deployed, open doors after it [serverless-code-scanning]', () => {
    const { template } = made({ longestTimeout: 60 });
    const rules = Object.values(template.findResources('AWS::Config::ConfigRule')).map(({ Properties }) => Properties);
    expect(
      rules.map(({ Source, EvaluationModes, Scope }) => [Source.SourceIdentifier, EvaluationModes, Scope]),
    ).toEqual(
      [
        ['LAMBDA_FUNCTION_SETTINGS_CHECK', [{ Mode: 'DETECTIVE' }, { Mode: 'PROACTIVE' }]],
        ['LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED', [{ Mode: 'DETECTIVE' }]],
      ].map((rule) => [...rule, { ComplianceResourceTypes: ['AWS::Lambda::Function'] }]),
    );
    expect(rules[0].InputParameters).toEqual({
      runtime: 'nodejs22.x,nodejs24.x,python3.13,python3.14',
      timeout: '60',
    });
  });

  test('the helper may switch Inspector, and give it the role it works with, and nothing else [serverless-code-scanning]', () => {
    const { template } = made();
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    expect(statements.flatMap(({ Action }) => Action).filter((action: string) => !action.startsWith('logs:'))).toEqual([
      'inspector2:Disable',
      'inspector2:Enable',
      'iam:CreateServiceLinkedRole',
    ]);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'iam:CreateServiceLinkedRole',
            Condition: { StringEquals: { 'iam:AWSServiceName': 'inspector2.amazonaws.com' } },
          }),
        ]),
      },
    });
  });

  test('fails when functions of the place are scanned already, wherever in the app', () => {
    const { stack } = made();
    expect(
      () => new FunctionScanning(new Stack(stack.node.root as never, 'Other'), 'Again', { acceptMonthlyCost }),
    ).toThrow('functions of this account and Region are scanned by Stack/Scanning already; leave one of the two out');
    const elsewhere = new Stack(stack.node.root, 'Elsewhere', { env: { region: 'eu-west-2' } });
    expect(() => new FunctionScanning(elsewhere, 'Scanning', { acceptMonthlyCost })).not.toThrow();
  });

  test.each<[Partial<FunctionScanningProps>, string]>([
    [{ acceptMonthlyCost: 'yes' }, 'acceptMonthlyCost is "yes"; say in a sentence why every function of the account'],
    [{ longestTimeout: 901 }, 'longestTimeout is 901 seconds; give a whole number from 1 to 900 seconds'],
    [{ runtimes: [] }, 'runtimes is empty; name those a function may have'],
  ])('fails when given %p', (props, message) => {
    expect(() => made(props)).toThrow(message);
  });
});
