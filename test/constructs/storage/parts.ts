import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { PrivateBucket, type PrivateBucketProps } from '../../../lib/constructs/storage/private-bucket';
import { testStack } from '../../support/app';
import type { PolicyDocument } from '../../support/decide';

export const make = (stack: Stack, props: Partial<PrivateBucketProps> = {}): PrivateBucket =>
  new PrivateBucket(stack, 'Files', {
    accessLogs: new LogBucket(stack, 'Logs').bucket,
    accessLogPrefix: 'files/',
    ...props,
  });
export const refusal = (props: Partial<PrivateBucketProps>) => () => make(testStack(), props);

/** The bucket's own properties and policy, and the names its ARNs go by. */
export function synthesise(
  props: Partial<PrivateBucketProps> = {},
  more: (made: PrivateBucket, stack: Stack) => void = () => {},
) {
  const stack = testStack();
  const made = make(stack, props);
  more(made, stack);
  const template = Template.fromStack(stack);
  const of = (type: string, part = 'Files') =>
    Object.entries(template.findResources(type)).find(([name]) => name.startsWith(part));
  const [name, { Properties: properties }] = of('AWS::S3::Bucket') as [string, any];
  const policy: PolicyDocument = of('AWS::S3::BucketPolicy')![1].Properties.PolicyDocument;
  return { template, name, properties, policy, of };
}

export const overTls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
export const allowing = (Action: string | string[], Resource: unknown = '*'): PolicyDocument => ({
  Statement: [{ Effect: 'Allow', Action, Resource }],
});
