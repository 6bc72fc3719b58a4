import { Annotations, Aws, Duration, Validations } from 'aws-cdk-lib';
import {
  HttpTokens,
  Instance,
  SubnetType,
  type CfnInstance,
  type Connections,
  type IConnectable,
  type IInstance,
  type InstanceType,
  type ISubnet,
} from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import type { InspectionRoutes } from '../network/inspection-routes';
import type { TierSecurityGroup } from '../network/tier-security-group';
import { importedImage } from './compute-template';
import type { DeclaredState } from './declared-state';
import type { EbsDisk } from './ebs-disk';
import { disksOf, hostParts, type HostProps } from './hardened-host';
import { hibernationFaults } from './hibernation';

export interface SecureInstanceProps extends HostProps {
  /**
   * The one subnet, and so the one zone, it stands in for good. Public, or inspected, if and only if it has a `publicAddress`.
   * @default - the first private subnet with a way out
   */
  readonly subnet?: ISubnet;
  /**
   * What leads the subnet to the internet and back through appliances, where it is isolated otherwise.
   * @default - nothing
   */
  readonly inspectedBy?: InspectionRoutes;
  /**
   * What it is made of and kept as, instead of a `boot` program; the two are refused together.
   * @default - nothing is declared
   */
  readonly state?: DeclaredState;
  /**
   * How long a deployment waits for the signal that its boot was good, one second to 12 hours.
   * @default Duration.minutes(15)
   */
  readonly signalTimeout?: Duration;
  /**
   * Whether another boot program replaces the instance. User data runs on the first boot only, so that without it a change reaches nobody.
   * @default true
   */
  readonly replaceOnBootChange?: boolean;
  /**
   * Whether it can be hibernated: memory is saved to the root volume and is there again at the next start. Said at launch, for good.
   * @default false
   */
  readonly hibernation?: boolean;
}

/**
 * One server, hardened: an encrypted gp3 root, metadata by token only and one hop away, a role, no key pair, no inbound rule, no public address
 * unless it is asked for, shells through Session Manager.
 *
 * It stands in one zone, with its volumes and interfaces, and goes with it. A change of type stops it and starts it again under the same id; a change
 * of the image or the boot program replaces it. A deployment waits until its boot was good, and takes the change back where it was not.
 * What must not be missing for minutes stands in a group (`Fleet`).
 *
 * @claims compute-hardened-instance, compute-private-default, compute-imdsv2-required, compute-instance-role,
 * compute-user-data-once, compute-boot-signal, compute-resize, compute-hibernate, compute-network-performance
 */
export class SecureInstance extends Construct implements IConnectable {
  readonly instance: IInstance;
  readonly instanceId: string;
  readonly role: IRole;
  readonly connections: Connections;
  /** Its group, closed inwards until it is opened. */
  readonly group: TierSecurityGroup;
  readonly subnet: ISubnet;
  readonly instanceType: InstanceType;
  /** Its volumes by device name; a `DataVolume` joins them when it is attached. */
  readonly disks: Map<string, EbsDisk>;
  private readonly launchedUnder: readonly IKey[];

  constructor(scope: Construct, id: string, props: SecureInstanceProps) {
    super(scope, id);
    const { vpc, boot, state, signalTimeout = Duration.minutes(15), publicAddress = false } = props;
    const subnet = props.subnet ?? vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnets[0];
    const isInspected = props.inspectedBy?.leadOut(subnet) ?? false;
    const isPublic = isInspected || vpc.publicSubnets.some(({ subnetId }) => subnetId === subnet.subnetId);
    refuse(this, [
      props.inspectedBy !== undefined &&
        !isInspected &&
        `inspectedBy is ${props.inspectedBy.node.path}, which does not lead ${subnet.node.path}; name one of its subnets, or leave it out`,
      boot && state && 'boot and state are both given, and each would report the end of the boot; keep one of them',
      boot !== undefined &&
        boot.mounts.length > 0 &&
        'boot mounts shared files, which only a Fleet gives its instances the way to; leave mounts out, or make it a Fleet of one',
      outsideDuration('signalTimeout', signalTimeout, Duration.seconds(1), Duration.hours(12)),
      publicAddress &&
        !isPublic &&
        'publicAddress is true but subnet is private, where it leads nowhere; give a public subnet, or leave publicAddress out',
      isPublic &&
        !publicAddress &&
        'subnet is public but there is no public address, so that the instance has no way out; give a private subnet, or ask for publicAddress',
    ]);
    const { group, role, credits, keyPair, shellGroup, ...parts } = hostParts(this, props);
    if (props.hibernation) refuse(this, hibernationFaults(props.instanceType.toString(), parts.blockDevices));

    const instance = new Instance(this, 'Instance', {
      vpc,
      vpcSubnets: { subnets: [subnet] },
      instanceType: props.instanceType,
      machineImage: parts.image,
      role,
      securityGroup: group.securityGroup,
      associatePublicIpAddress: publicAddress && !isInspected,
      // Not by `requireImdsv2`, whose launch templates of two hosts in a stack claim one name.
      httpEndpoint: true,
      httpTokens: HttpTokens.REQUIRED,
      httpPutResponseHopLimit: parts.metadataHopLimit,
      blockDevices: parts.blockDevices,
      ebsOptimized: parts.ebsOptimized,
      detailedMonitoring: props.detailedMonitoring ?? true,
      disableApiTermination: props.terminationProtection ?? false,
      userDataCausesReplacement: props.replaceOnBootChange ?? true,
      ...(boot && { userData: boot.userData }),
      ...(credits && { creditSpecification: credits.mode }),
      ...(keyPair && { keyPair }),
      ...(props.hibernation && { hibernationEnabled: true }),
    });
    const resource = instance.instance;
    if (shellGroup) resource.addPropertyOverride('NetworkInterfaces.0.GroupSet.1', shellGroup.securityGroupId);
    if (parts.isImported) resource.addMetadata(importedImage, true);
    if (credits?.reason !== undefined) resource.addMetadata('groundplan:UnlimitedCredits', credits.reason);
    // The CDK does not know that an isolated subnet may have a way out.
    if (publicAddress && isInspected)
      resource.addPropertyOverride('NetworkInterfaces.0.AssociatePublicIpAddress', true);
    // The first boot fails when its permissions or the way out arrive after it.
    instance.node.addDependency(role, props.inspectedBy ?? subnet.internetConnectivityEstablished);

    this.instance = instance;
    this.instanceId = instance.instanceId;
    this.role = role;
    this.connections = group.connections;
    this.group = group;
    this.subnet = subnet;
    this.launchedUnder = parts.encryptionKeys;
    this.instanceType = props.instanceType;
    this.disks = new Map(Object.entries(disksOf(props)));
    state?.apply(instance, signalTimeout);
    if (boot) this.expectSignal(resource, props, signalTimeout);
    this.acknowledge(props);
  }

  /** Keys of its volumes other than the account's own, those of a `DataVolume` too once it is attached. */
  get encryptionKeys(): readonly IKey[] {
    const attached = [...this.disks.values()].flatMap((disk) => disk.props.encryptionKey ?? []);
    return [...new Set([...this.launchedUnder, ...attached])];
  }

  /** One signal of success; one of failure, or none in time, takes the creation back. */
  private expectSignal(
    resource: CfnInstance,
    { boot, replaceOnBootChange }: SecureInstanceProps,
    timeout: Duration,
  ): void {
    resource.cfnOptions.creationPolicy = { resourceSignal: { count: 1, timeout: timeout.toIsoString() } };
    boot!.signal(resource);
    this.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['cloudformation:SignalResource'], resources: [Aws.STACK_ID] }),
    );
    if (replaceOnBootChange === false)
      Annotations.of(this).addInfo(
        'replaceOnBootChange is false: user data runs on the first boot only, so that a changed boot program waits for the next instance',
      );
  }

  private acknowledge({ detailedMonitoring = true, terminationProtection = false }: SecureInstanceProps): void {
    if (!detailedMonitoring)
      Validations.of(this.instance).acknowledge({
        id: 'AwsSolutions::AwsSolutions-EC28',
        reason:
          'Whether the server is alive shows in its status checks, which are published every minute at no cost; its other figures every five minutes are enough where nothing scales by them.',
      });
    if (!terminationProtection)
      Validations.of(this.instance).acknowledge({
        id: 'AwsSolutions::AwsSolutions-EC29',
        reason:
          'The server keeps nothing that its template cannot make again, and is replaced whenever its image or boot program changes, which termination protection would block half-way through an update.',
      });
  }
}
