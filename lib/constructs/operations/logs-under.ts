import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * Lets CloudWatch Logs use a key for log groups of this account and Region. A group cannot be named: it refers to the key, and
 * CloudFormation makes no two resources that refer to each other.
 *
 * @returns the key
 */
export function logsUnder(scope: Construct, key: IKey): IKey {
  const stack = Stack.of(scope);
  const groups = stack.formatArn({ service: 'logs', resource: 'log-group:*' });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }),
  );
  return key;
}
