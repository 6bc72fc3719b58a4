import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { CallHelper } from '../operations/call-helper';

export interface PeeringNamesProps {
  /** The peering connection, `pcx-…`; it must be accepted. */
  readonly peeringId: string;
  /**
   * Whose resolvers shall give private addresses. A side in another Region or account is set there, in a stack of its own.
   * @default - both
   */
  readonly sides?: readonly ('requester' | 'accepter')[];
}

/**
 * Lets the public host names of the other side of a peering resolve to private addresses, so that what talks to a host by its
 * public name goes through the peering and not over the internet.
 *
 * CloudFormation has no property for it, so a custom resource asks EC2, and takes it back when this construct goes.
 *
 * @claims network-peering-dns
 */
export class PeeringNames extends Construct {
  constructor(scope: Construct, id: string, props: PeeringNamesProps) {
    super(scope, id);
    const { peeringId, sides = ['requester', 'accepter'] } = props;
    refuse(this, [sides.length === 0 && 'sides are none; name requester, accepter or both']);
    const ask = (allowed: boolean) => ({
      service: 'EC2',
      action: 'modifyVpcPeeringConnectionOptions',
      parameters: {
        VpcPeeringConnectionId: peeringId,
        ...(sides.includes('requester') && {
          RequesterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: allowed },
        }),
        ...(sides.includes('accepter') && {
          AccepterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: allowed },
        }),
      },
      physicalResourceId: PhysicalResourceId.of(peeringId),
    });
    const helper = CallHelper.of(this, 'PeeringHelper');
    const options = new AwsCustomResource(this, 'Options', {
      resourceType: 'Custom::VpcPeeringOptions',
      onUpdate: ask(true),
      onDelete: { ...ask(false), ignoreErrorCodesMatching: 'InvalidVpcPeeringConnection' },
      installLatestAwsSdk: false,
      role: helper.role,
      logGroup: helper.logs,
      memorySize: 256,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({
          actions: ['ec2:ModifyVpcPeeringConnectionOptions'],
          resources: [
            Stack.of(this).formatArn({
              service: 'ec2',
              resource: 'vpc-peering-connection',
              resourceName: peeringId,
            }),
          ],
        }),
      ]),
    });
    helper.acknowledge(options);
  }
}
