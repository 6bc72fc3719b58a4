import { Validations } from 'aws-cdk-lib';
import type { IAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Policy, PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { refuse } from '../faults';

export interface MetricsAgentProps {
  /**
   * The namespace of its metrics, which nobody else should write to.
   * @default Fleet
   */
  readonly namespace?: string;
}

/**
 * The CloudWatch agent, which sees what nobody outside an instance does: its memory. Its configuration is a parameter that instances
 * read at their first boot; metrics are told by instance and, for scaling, averaged over the group.
 *
 * Give it to a `BootProgram`, which installs it, and scale by `ScalingStrategy.memory()`.
 *
 * @claims compute-asg-memory
 */
export class MetricsAgent extends Construct {
  readonly namespace: string;
  private readonly parameter: StringParameter;

  constructor(scope: Construct, id: string, props: MetricsAgentProps = {}) {
    super(scope, id);
    const { namespace = 'Fleet' } = props;
    refuse(this, [
      (!/^[A-Za-z0-9._\-/#]{1,255}$/.test(namespace) || namespace.startsWith('AWS/')) &&
        `namespace is ${namespace}; give letters, digits and slashes, not beginning with AWS/, which is kept for AWS`,
    ]);
    this.namespace = namespace;
    this.parameter = new StringParameter(this, 'Configuration', {
      description: 'What the CloudWatch agent of a fleet measures',
      stringValue: JSON.stringify({
        agent: { metrics_collection_interval: 60, run_as_user: 'cwagent' },
        metrics: {
          namespace,
          append_dimensions: { AutoScalingGroupName: '${aws:AutoScalingGroupName}', InstanceId: '${aws:InstanceId}' },
          aggregation_dimensions: [['AutoScalingGroupName']],
          metrics_collected: { mem: { measurement: ['mem_used_percent'] } },
        },
      }),
    });
  }

  /** Commands of user data that install and start it, or end the boot where that fails; `patiently` must be there. */
  get commands(): string[] {
    return [
      'patiently dnf install --assumeyes --quiet amazon-cloudwatch-agent || exit',
      `/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c 'ssm:${this.parameter.parameterName}' || exit`,
    ];
  }

  /** Lets instances read the configuration, find out which group they belong to, and tell metrics in the agent's namespace. */
  grantRun(role: IRole): void {
    const policy = new Policy(this, 'MayMeasure', {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [this.parameter.parameterArn] }),
        new PolicyStatement({
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': this.namespace } },
        }),
        new PolicyStatement({ actions: ['ec2:DescribeTags'], resources: ['*'] }),
      ],
    });
    Validations.of(policy).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason:
        'Neither action takes a resource: metrics are limited to the agent’s own namespace by a condition, and reading tags, by which the agent learns the name of its group, changes nothing.',
    });
  }

  /** The memory the instances of a group use, in percent, averaged over the group. */
  memory(group: IAutoScalingGroup): Metric {
    return new Metric({
      namespace: this.namespace,
      metricName: 'mem_used_percent',
      dimensionsMap: { AutoScalingGroupName: group.autoScalingGroupName },
      statistic: Stats.AVERAGE,
      period: Duration.minutes(1),
    });
  }
}
