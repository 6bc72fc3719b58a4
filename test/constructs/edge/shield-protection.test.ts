import { Match, type Template } from 'aws-cdk-lib/assertions';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { ShieldProtection, type ShieldProtectionProps } from '../../../lib/constructs/edge/shield-protection';
import { templateOf, testStack } from '../../support/app';

const account = '111122223333';
const resources = {
  Site: `arn:aws:cloudfront::${account}:distribution/E1A2B3C4D5E6F7`,
  Names: 'arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ',
  World: `arn:aws:globalaccelerator::${account}:accelerator/one`,
  Entry: `arn:aws:elasticloadbalancing:eu-west-1:${account}:loadbalancer/app/entry/1`,
  Old: `arn:aws:elasticloadbalancing:eu-west-1:${account}:loadbalancer/classic`,
  Address: `arn:aws:ec2:eu-west-1:${account}:eip-allocation/eipalloc-0123456789abcdef0`,
};
const made = (props: Partial<ShieldProtectionProps> = {}): Template =>
  templateOf((stack) => new ShieldProtection(stack, 'Shield', { resources, acceptMonthlyCost: true, ...props }));

test('each resource has a protection of its own, all of them are one group, and the response team may help [edge-shield-advanced]', () => {
  const template = made();
  for (const [Name, ResourceArn] of Object.entries(resources))
    template.hasResourceProperties('AWS::Shield::Protection', { Name, ResourceArn });
  template.hasResourceProperties('AWS::Shield::ProtectionGroup', { Aggregation: 'MAX', Pattern: 'ALL' });
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: Match.objectLike({
      Statement: [Match.objectLike({ Principal: { Service: 'drt.shield.amazonaws.com' } })],
    }),
    ManagedPolicyArns: [{ 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('AWSShieldDRTAccessPolicy$')])] }],
  });
  template.hasResourceProperties('AWS::Shield::DRTAccess', {
    RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ShieldResponseTeam'), 'Arn'] },
  });
  made({ responseTeam: false }).resourceCountIs('AWS::Shield::DRTAccess', 0);
});

test('an ARN that is put together is looked at as far as it is known', () => {
  const stack = testStack();
  const address = new CfnEIP(stack, 'Address');
  const Address = stack.formatArn({
    service: 'ec2',
    resource: 'eip-allocation',
    resourceName: address.attrAllocationId,
  });
  expect(
    () => new ShieldProtection(stack, 'Shield', { acceptMonthlyCost: true, resources: { Address } }),
  ).not.toThrow();
});

test('fails when its price is not accepted [edge-shield-advanced, edge-costly-options-off]', () => {
  expect(() => made({ acceptMonthlyCost: false })).toThrow(
    'Stack/Shield:\n  acceptMonthlyCost is not set; Shield Advanced costs 3,000 USD a month for a year at least, so set it to accept that, or leave this out: Shield Standard is there for nothing',
  );
});

test('fails when it is to protect what Shield does not take [edge-shield-advanced]', () => {
  const network = `arn:aws:elasticloadbalancing:eu-west-1:${account}:loadbalancer/net/entry/1`;
  const queue = `arn:aws:sqs:eu-west-1:${account}:queue`;
  expect(() => made({ resources: { Network: network, Queue: queue } })).toThrow(
    [
      'Stack/Shield:',
      `Network is ${network}, a Network Load Balancer, which Shield does not take; give the ARNs of its Elastic IPs`,
      `Queue is ${queue}; give the ARN of a distribution, a public zone, an accelerator, an Application or Classic Load Balancer, or an Elastic IP`,
    ].join('\n  '),
  );
  expect(() => made({ resources: {} })).toThrow('resources is empty; name what is to be protected');
});
