import {
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  type CfnLaunchTemplate,
  type Connections,
  type IConnectable,
  type ILaunchTemplate,
  type ISecurityGroup,
  type InstanceType,
} from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { BootProgram } from './boot-program';
import { hostParts, type HostProps } from './hardened-host';
import type { HostPlacement } from './host-placement';
import { hasLocalDisks } from './instance-type-facts';
import type { SpotRequest } from './spot-request';

export interface ComputeTemplateProps extends HostProps {
  /**
   * Asks for spare capacity. A group that mixes spot and on demand says so itself (`MixedInstances`) and refuses this.
   * @default - on demand
   */
  readonly spot?: SpotRequest;
  /**
   * Where instances stand: how far apart, with whom, on which host, in which held capacity.
   * @default - wherever there is room
   */
  readonly placement?: HostPlacement;
  /**
   * Whether an instance can read its own tags from the metadata service, the name of its Auto Scaling group among them.
   * @default false
   */
  readonly tagsInMetadata?: boolean;
  /**
   * Whether EC2 moves an instance to other hardware of its zone when the hardware fails. Refused for types with local disks, whose
   * instances cannot be moved.
   * @default - as AWS does: wherever it can
   */
  readonly autoRecovery?: boolean;
}

/**
 * What to launch: a hardened launch template with a role and a security group of its own.
 *
 * Encrypted gp3 root, metadata only with a session token and one hop away, no key pair, no inbound rule, no public address,
 * shells through Session Manager. When and where instances run is said by the group that uses it (`Fleet`).
 *
 * @claims compute-hardened-instance, compute-private-default, compute-imdsv2-required, compute-instance-role,
 * compute-asg-launch-template, compute-auto-recovery, compute-network-performance, compute-spot-template
 */
export class ComputeTemplate extends Construct implements IConnectable {
  readonly launchTemplate: ILaunchTemplate;
  readonly role: IRole;
  readonly connections: Connections;
  /** A group of instances beside the first, which lets shells in and nothing else. */
  readonly shellGroup?: ISecurityGroup;
  readonly boot?: BootProgram;
  readonly publicAddress: boolean;
  readonly instanceType: InstanceType;
  readonly spot?: SpotRequest;
  readonly placement?: HostPlacement;
  /** Keys of its volumes other than the account's own. */
  readonly encryptionKeys: readonly IKey[];

  constructor(scope: Construct, id: string, props: ComputeTemplateProps) {
    super(scope, id);
    const { group, role, credits, keyPair, shellGroup, ...parts } = hostParts(this, props);
    const type = props.instanceType.toString();
    refuse(this, [
      props.autoRecovery &&
        hasLocalDisks(type) &&
        `autoRecovery is true for ${type}, which has local disks and cannot be moved; leave it out, or take a type without the letter d`,
      ...(props.spot?.faults() ?? []),
      ...(props.placement?.faults(type, props.spot?.whenInterrupted) ?? []),
    ]);
    this.connections = group.connections;
    this.role = role;

    this.launchTemplate = new LaunchTemplate(this, 'Template', {
      instanceType: props.instanceType,
      machineImage: parts.image,
      role,
      securityGroup: group.securityGroup,
      associatePublicIpAddress: props.publicAddress ?? false,
      requireImdsv2: true,
      httpEndpoint: true,
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      httpPutResponseHopLimit: parts.metadataHopLimit,
      ...(props.tagsInMetadata && { instanceMetadataTags: true }),
      blockDevices: parts.blockDevices,
      ebsOptimized: parts.ebsOptimized,
      detailedMonitoring: props.detailedMonitoring ?? true,
      disableApiTermination: props.terminationProtection ?? false,
      ...(props.boot && { userData: props.boot.userData }),
      ...(credits && { cpuCredits: credits.mode }),
      ...(keyPair && { keyPair }),
      ...(props.spot && { spotOptions: props.spot.asked }),
    });
    const resource = this.launchTemplate.node.defaultChild as CfnLaunchTemplate;
    if (shellGroup) {
      this.shellGroup = shellGroup;
      // Beside `connections`, so that what is let in to the service is not let in here too.
      resource.addPropertyOverride('LaunchTemplateData.NetworkInterfaces.0.Groups.1', shellGroup.securityGroupId);
    }
    if (parts.isImported) resource.addMetadata(importedImage, true);
    if (credits?.reason !== undefined) resource.addMetadata('groundplan:UnlimitedCredits', credits.reason);
    this.placement = props.placement;
    props.placement?.applyTo(resource);
    this.boot = props.boot;
    this.instanceType = props.instanceType;
    this.spot = props.spot;
    this.publicAddress = props.publicAddress ?? false;
    this.encryptionKeys = parts.encryptionKeys;
    const recovers = props.autoRecovery ?? (hasLocalDisks(type) ? false : undefined);
    if (recovers !== undefined)
      resource.addPropertyOverride('LaunchTemplateData.MaintenanceOptions', {
        AutoRecovery: recovers ? 'default' : 'disabled',
      });
  }
}

/** Marks a launch template whose image id was fixed on purpose. */
export const importedImage = 'groundplan:ImportedImage';
