import { Duration, Stack } from 'aws-cdk-lib';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/path-invalidation/environment';
import { handlerCode } from '../../handlers';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import { FailureQueue } from '../serverless/failure-queue';

export interface PathInvalidationProps {
  readonly distribution: IDistribution;
  /** Who hears of copies that did not end. */
  readonly alarms: AlarmTopic;
}

/**
 * A function that ends the copies of paths at the edges of one distribution, for whoever changes what lies behind it between
 * releases (`StaticSiteRelease` does it for its own). It is called without waiting, with `{"paths": ["/images/*"]}`; what fails three
 * times is kept, and told.
 *
 * @claims edge-invalidate-paths
 */
export class PathInvalidation extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { distribution, alarms }: PathInvalidationProps) {
    super(scope, id);
    const invalidate = new AppFunction(this, 'Invalidate', {
      description: `Ends copies at the edges of ${distribution.node.path}`,
      code: handlerCode('path-invalidation', 'invalidate'),
      service: 'path-invalidation',
      timeout: Duration.seconds(30),
      environment: {
        [environment.distribution]: distribution.distributionId,
      },
    });
    invalidate.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['cloudfront:CreateInvalidation'],
        resources: [
          Stack.of(this).formatArn({
            service: 'cloudfront',
            region: '',
            resource: 'distribution',
            resourceName: distribution.distributionId,
          }),
        ],
      }),
    );
    const failures = new FailureQueue(this, 'Failures', { alarms });
    new AsyncInvocation(this, 'Running', {
      function: invalidate,
      onFailure: AsyncDestination.queue(failures.queue),
    });
    this.function = invalidate.function;
  }
}
