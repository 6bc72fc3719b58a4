import { AspectPriority, Aspects, CfnResource, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from '../faults';

/** Puts the refusal of SQL applications on everything below a construct. */
export function guardAnalytics(scope: IConstruct): void {
  Aspects.of(scope).add(new RetiredAnalytics(), { priority: AspectPriority.READONLY });
}

/**
 * Refuses Kinesis Data Analytics for SQL, wherever it is made: AWS has deleted all such applications since 27 January 2026, and
 * creates none, so that the deployment would fail.
 *
 * @claims messaging-stream-analytics
 */
class RetiredAnalytics implements IAspect {
  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || !node.cfnResourceType.startsWith('AWS::KinesisAnalytics::')) return;
    refuse(node, [
      `${node.cfnResourceType} belongs to SQL applications, which AWS has deleted since January 2026; count by a function with a window (StreamConsumer), or by Flink (StreamAnalytics)`,
    ]);
  }
}
