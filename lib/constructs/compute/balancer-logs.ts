import { Aws, Stack } from 'aws-cdk-lib';
import type {
  ApplicationLoadBalancer,
  BaseLoadBalancer,
  NetworkLoadBalancer,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogBucket } from '../storage/log-bucket';

/** Access logs of an Application Load Balancer, which it writes itself. */
export function logRequests(balancer: ApplicationLoadBalancer, { bucket }: LogBucket, prefix: string): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${prefix}/AWSLogs/${Aws.ACCOUNT_ID}/*`)],
    }),
  );
  turnOn(balancer, { bucket }, prefix);
}

/** Access logs of a Network Load Balancer, of its TLS listeners, which the delivery service of CloudWatch writes. */
export function logConnections(balancer: NetworkLoadBalancer, { bucket }: LogBucket, prefix: string): void {
  const principals = [new ServicePrincipal('delivery.logs.amazonaws.com')];
  const from = {
    StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ArnLike: { 'aws:SourceArn': Stack.of(balancer).formatArn({ service: 'logs', resource: '*' }) },
  };
  bucket.addToResourcePolicy(
    new PolicyStatement({
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${prefix}/AWSLogs/${Aws.ACCOUNT_ID}/*`)],
      conditions: { ...from, StringEquals: { ...from.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  );
  bucket.addToResourcePolicy(
    new PolicyStatement({
      principals,
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: from,
    }),
  );
  turnOn(balancer, { bucket }, prefix);
}

/** The policy has to be there first, for the service tries it when logging is turned on. */
function turnOn(balancer: BaseLoadBalancer, { bucket }: Pick<LogBucket, 'bucket'>, prefix: string): void {
  balancer.setAttribute('access_logs.s3.enabled', 'true');
  balancer.setAttribute('access_logs.s3.bucket', bucket.bucketName);
  balancer.setAttribute('access_logs.s3.prefix', prefix);
  balancer.node.addDependency(bucket);
}
