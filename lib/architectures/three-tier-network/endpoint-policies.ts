import { Aws, type Stack } from 'aws-cdk-lib';
import { GatewayVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import type { TierGatewayEndpoint } from '../../constructs/network/tiered-network';

/**
 * What hosts may reach over the free endpoints: S3 buckets and DynamoDB tables of this account, and what hosts load from
 * AWS itself. Somebody else's bucket is out of reach, also with somebody else's credentials.
 */
export function endpointPolicies(stack: Stack): Readonly<Record<string, TierGatewayEndpoint>> {
  const objects = (bucket: string) => `arn:${Aws.PARTITION}:s3:::${bucket}/*`;
  return {
    S3: {
      service: GatewayVpcEndpointAwsService.S3,
      tiers: ['application'],
      allow: [
        {
          actions: ['s3:*'],
          resources: ['*'],
          conditions: { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
        },
        {
          actions: ['s3:GetObject'],
          resources: [
            objects(`al2023-repos-${Aws.REGION}-de612dc2`),
            objects(`prod-${Aws.REGION}-starport-layer-bucket`),
            objects(`amazon-ssm-${Aws.REGION}`),
          ],
        },
      ],
    },
    DynamoDb: {
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      tiers: ['application'],
      allow: [
        {
          actions: ['dynamodb:*'],
          resources: [stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: '*' })],
        },
        { actions: ['dynamodb:DescribeEndpoints', 'dynamodb:DescribeLimits', 'dynamodb:ListTables'], resources: ['*'] },
      ],
    },
  };
}
