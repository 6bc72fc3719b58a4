import { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { Validations } from 'aws-cdk-lib';
import type { ArchitectureProps } from '../../architecture';

export class OrdersApi extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const b = new Bucket(this, 'Bucket');
    Validations.of(b).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-S1', reason: 'because I say so' },
      { id: 'AwsSolutions::AwsSolutions-S10', reason: 'because I say so' },
      { id: 'AwsSolutions::AwsSolutions-S99', reason: '' },
    );
  }
}
