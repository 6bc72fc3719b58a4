import { Stack } from 'aws-cdk-lib';
import { CfnHost, type InstanceType } from 'aws-cdk-lib/aws-ec2';
import { CfnResourceShare } from 'aws-cdk-lib/aws-ram';
import { Construct } from 'constructs';
import { hourlyCostFault, refuse } from '../faults';

export interface LicensedHostProps {
  /** The zone it stands in. */
  readonly availabilityZone: string;
  /**
   * Sizes of this family run on it beside each other, such as `m5`; hosts of Nitro take it. Give it or `instanceType`.
   * @default - one type only
   */
  readonly family?: string;
  /**
   * The one type that runs on it. Give it or `family`.
   * @default - sizes of a family
   */
  readonly instanceType?: InstanceType;
  /**
   * Whether instances come to it that name no host.
   * @default false
   */
  readonly autoPlacement?: boolean;
  /**
   * Organisational units or organisations whose accounts may use it, by ARN.
   * @default - this account alone
   */
  readonly shareWith?: readonly string[];
  /** Why a whole server is paid for by the hour, in a sentence. */
  readonly acceptHourlyCost: string;
}

/**
 * A whole server, for licences by socket or core and for rules that ask where something ran. It is billed by the hour whether anything runs on it
 * or not, and it is the dearest way to run an instance.
 *
 * When its hardware fails, its instances are started again on another one. No placement group stands on it, and no database of RDS.
 *
 * @claims compute-dedicated-host, compute-dedicated-host-share
 */
export class LicensedHost extends Construct {
  readonly hostId: string;
  /** What runs on it, as the names of types begin. */
  readonly family: string;

  constructor(scope: Construct, id: string, props: LicensedHostProps) {
    super(scope, id);
    const { availabilityZone, family, instanceType, autoPlacement = false, shareWith = [] } = props;
    refuse(this, [
      (family === undefined) === (instanceType === undefined) &&
        `family is ${family ?? 'not given'} and instanceType ${instanceType?.toString() ?? 'neither'}; give one of the two: a family for its sizes beside each other, a type for that alone`,
      family !== undefined &&
        !/^[a-z][a-z0-9-]*\d[a-z0-9-]*$/.test(family) &&
        `family is ${family}; give one as the names of types begin, such as m5`,
      ...shareWith.map(
        (principal) =>
          !/^arn:aws[a-z-]*:organizations::\d{12}:(organization\/o-[a-z0-9]+|ou\/o-[a-z0-9]+\/ou-[a-z0-9-]+)$/.test(
            principal,
          ) &&
          `shareWith has ${principal}; give the ARN of an organisational unit or organisation, so that nobody outside it can come in`,
      ),
      hourlyCostFault(props.acceptHourlyCost, 'a host', 'share hardware with others'),
    ]);
    const host = new CfnHost(this, 'Host', {
      availabilityZone,
      autoPlacement: autoPlacement ? 'on' : 'off',
      hostRecovery: 'on',
      ...(family !== undefined && { instanceFamily: family }),
      ...(instanceType && { instanceType: instanceType.toString() }),
    });
    this.hostId = host.attrHostId;
    this.family = family ?? instanceType!.toString().split('.')[0];
    if (shareWith.length > 0) {
      new CfnResourceShare(this, 'Share', {
        name: `${this.node.id} of ${Stack.of(this).stackName}`,
        allowExternalPrincipals: false,
        principals: [...shareWith],
        resourceArns: [
          Stack.of(this).formatArn({ service: 'ec2', resource: 'dedicated-host', resourceName: this.hostId }),
        ],
      });
    }
  }
}
