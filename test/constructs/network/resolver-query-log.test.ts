import type { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnResolverQueryLoggingConfigAssociation } from 'aws-cdk-lib/aws-route53resolver';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { ResolverQueryLog } from '../../../lib/constructs/network/resolver-query-log';
import { decide } from '../../support/decide';
import { templateOf } from '../../support/app';

const vpcIn = (stack: Stack, id = 'Vpc') => new Vpc(stack, id, { natGateways: 0 });
const template = templateOf(
  (stack) =>
    new ResolverQueryLog(stack, 'Log', {
      vpcs: [vpcIn(stack), vpcIn(stack, 'Further')],
      retention: RetentionDays.ONE_MONTH,
    }),
);
const group = { 'Fn::GetAtt': [Match.stringLikeRegexp('^LogLogs'), 'Arn'] };

test('every query of the networks goes to one log group that forgets [network-dns-query-log]', () => {
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  template.hasResourceProperties('AWS::Route53Resolver::ResolverQueryLoggingConfig', { DestinationArn: group });
  for (const vpc of ['Vpc', 'Further'])
    template.hasResourceProperties('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', {
      ResolverQueryLogConfigId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Log[0-9A-F]{8}$'), 'Id'] },
      ResourceId: { Ref: Match.stringLikeRegexp(`^${vpc}`) },
    });
});

test("the delivery of this account's logs may write to it and nobody else, before anything is delivered [network-dns-query-log]", () => {
  const [[policy, { Properties }]] = Object.entries(template.findResources('AWS::Logs::ResourcePolicy'));
  const document = JSON.parse(
    (Properties.PolicyDocument['Fn::Join'][1] as unknown[])
      .map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replace(/[{}"[\]]/g, '')))
      .join(''),
  );
  const [{ Resource: resource }] = document.Statement;
  const write = (service: string, account: string) =>
    decide(document, {
      principal: { Service: service },
      action: 'logs:PutLogEvents',
      resource,
      context: {
        'aws:SourceAccount': account,
        'aws:SourceArn': document.Statement[0].Condition.ArnLike['aws:SourceArn'].replace('*', 'anything'),
      },
    });
  expect(resource).toMatch(/^Fn::GetAtt:LogLogs\w+,Arn$/);
  expect(write('delivery.logs.amazonaws.com', 'Ref:AWS::AccountId')).toBe('allow');
  expect(write('delivery.logs.amazonaws.com', '999999999999')).toBe('implicit deny');
  expect(write('ec2.amazonaws.com', 'Ref:AWS::AccountId')).toBe('implicit deny');
  template.hasResource('AWS::Route53Resolver::ResolverQueryLoggingConfig', { DependsOn: Match.arrayWith([policy]) });
});

test('fails when no network is named, one twice, or one is logged twice into one place [network-dns-query-log]', () => {
  const log = (vpcs: (stack: Stack) => Vpc[]) => () =>
    templateOf((stack) => new ResolverQueryLog(stack, 'Log', { vpcs: vpcs(stack) }));
  expect(log(() => [])).toThrow('Stack/Log:\n  vpcs are none; give at least one');
  expect(
    log((stack) => {
      const vpc = vpcIn(stack);
      return [vpc, vpc];
    }),
  ).toThrow('Stack/Log:\n  vpcs lists Stack/Vpc twice; name each VPC once');
  expect(() =>
    templateOf((stack) => {
      for (const id of ['One', 'Other'])
        new CfnResolverQueryLoggingConfigAssociation(stack, id, {
          resourceId: 'vpc-1',
          resolverQueryLogConfigId: 'rqlc-1',
        });
      guardNetwork(stack);
    }),
  ).toThrow('Stack/One:\n  the VPC is logged by Stack/Other into the same place already; leave one of them out');
});
