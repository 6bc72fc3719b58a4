import { Duration, Stack, Token } from 'aws-cdk-lib';
import { CfnVPCEndpointConnectionNotification } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/private-service/environment';
import { handlerCode } from '../../handlers';
import { isNoAccount, refuse } from '../faults';
import { NoticeTopic } from '../messaging/notice-topic';
import { Subscriber } from '../messaging/subscriber';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { FailureQueue } from '../serverless/failure-queue';
import { FunctionAlarms } from '../serverless/function-alarms';

export interface AcceptanceListProps {
  /** The endpoint service, `vpce-svc-…`; it must require acceptance. */
  readonly serviceId: string;
  /** The accounts whose connections are accepted, 12 digits each. Those of others are rejected. */
  readonly accounts: readonly string[];
  readonly alarms: AlarmTopic;
}

/**
 * Accepts and rejects connections to an endpoint service by a list of accounts, as they are asked for: the service tells a
 * topic, the topic a function. Whoever is taken off the list is cut off the next time anybody connects or leaves.
 *
 * @claims network-privatelink-acceptance
 */
export class AcceptanceList extends Construct {
  readonly handler: AppFunction;

  constructor(scope: Construct, id: string, props: AcceptanceListProps) {
    super(scope, id);
    const { serviceId, accounts, alarms } = props;
    refuse(this, accountFaults(accounts));

    const { queue } = new FailureQueue(this, 'Failures', { alarms, takesUndelivered: true });
    this.handler = new AppFunction(this, 'Handler', {
      description: 'Accepts connections of listed accounts and rejects others',
      code: handlerCode('private-service', 'accept'),
      timeout: Duration.seconds(30),
      environment: { [environment.serviceId]: serviceId, [environment.accounts]: accounts.join(',') },
      deadLetterQueue: queue,
    });
    this.permit(serviceId);
    new FunctionAlarms(this, 'Alarms', { alarms, function: this.handler });

    const notices = new NoticeTopic(this, 'Notices', { alarms });
    const service = this.arnOf(serviceId);
    notices.admit('vpce.amazonaws.com', service);
    const subscription = notices.subscribe('Handler', Subscriber.function(this.handler.function, queue));
    const notification = new CfnVPCEndpointConnectionNotification(this, 'Notification', {
      connectionEvents: ['Accept', 'Connect', 'Delete', 'Reject'],
      connectionNotificationArn: notices.topic.topicArn,
      serviceId,
    });
    // What it says before the topic lets it, or before somebody listens, is lost.
    notification.node.addDependency(notices, subscription, this.handler);
  }

  private permit(serviceId: string): void {
    const { role } = this.handler;
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['ec2:DescribeVpcEndpointConnections'], resources: ['*'] }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ec2:AcceptVpcEndpointConnections', 'ec2:RejectVpcEndpointConnections'],
        resources: [this.arnOf(serviceId)],
      }),
    );
  }

  private arnOf(serviceId: string): string {
    return Stack.of(this).formatArn({ service: 'ec2', resource: 'vpc-endpoint-service', resourceName: serviceId });
  }
}

function accountFaults(accounts: readonly string[]): (string | false)[] {
  const known = accounts.filter((account) => !Token.isUnresolved(account));
  return [
    accounts.length === 0 && 'accounts are none, so nobody would be accepted; name at least one',
    ...known.filter(isNoAccount).map((account) => `accounts has ${account}; write the 12 digits of an account`),
    ...known
      .filter((account, i) => known.indexOf(account) !== i)
      .map((account) => `accounts has ${account} twice; name it once`),
  ];
}
