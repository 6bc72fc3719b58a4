import { Fn, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource, LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { uniqueInAccount } from '../unique-in-account';

export interface BusLogsProps {
  readonly bus: IEventBus;
}

/** Where EventBridge writes down what it could not deliver, and why: a log group of the stack, and the way to it. */
export class BusLogs extends Construct {
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, { bus }: BusLogsProps) {
    super(scope, id);
    const group = new LogGroup(this, 'Group');
    this.logGroup = group;
    const name = Fn.join('-', [scope.node.addr.slice(-12), uniqueInAccount]);
    const source = new CfnDeliverySource(this, 'Source', {
      name,
      logType: 'ERROR_LOGS',
      resourceArn: bus.eventBusArn,
    });
    const destination = new CfnDeliveryDestination(this, 'Destination', {
      name,
      destinationResourceArn: group.logGroupArn,
    });
    const { policyDependable } = group.addToResourcePolicy(
      new PolicyStatement({
        principals: [
          new ServicePrincipal('delivery.logs.amazonaws.com', {
            conditions: {
              StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
              ArnLike: {
                'aws:SourceArn': Stack.of(this).formatArn({
                  service: 'logs',
                  resource: 'delivery-source',
                  resourceName: '*',
                }),
              },
            },
          }),
        ],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [`${group.logGroupArn}:log-stream:*`],
      }),
    );
    const delivery = new CfnDelivery(this, 'Delivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
    });
    delivery.node.addDependency(source);
    if (policyDependable) delivery.node.addDependency(policyDependable);
  }
}
