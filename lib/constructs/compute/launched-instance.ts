import { CfnInstance, type IConnectable, type Connections, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { ComputeTemplate } from './compute-template';

export interface LaunchedInstanceProps {
  readonly vpc: IVpc;
  /** What to launch; the same template may serve a `Fleet`. */
  readonly template: ComputeTemplate;
  /** The one subnet it stands in; public if and only if the template gives public addresses. */
  readonly subnet: ISubnet;
}

/**
 * A single instance from the launch template that also serves a group: nothing of the template is said again, but where it stands.
 *
 * The template's newest version is named by its number, so a deployment that changes the template replaces the instance. What is to be changed in
 * place is a `SecureInstance`. No deployment waits for its boot, as the signals of a template are for the group it serves.
 *
 * @claims compute-lt-single-instance
 */
export class LaunchedInstance extends Construct implements IConnectable {
  readonly instanceId: string;
  readonly connections: Connections;
  readonly template: ComputeTemplate;
  /** Keys of its volumes other than the account's own. */
  readonly encryptionKeys: readonly IKey[];

  constructor(scope: Construct, id: string, { vpc, template, subnet }: LaunchedInstanceProps) {
    super(scope, id);
    const isPublic = vpc.publicSubnets.some(({ subnetId }) => subnetId === subnet.subnetId);
    refuse(this, [
      isPublic !== template.publicAddress &&
        `subnet is ${isPublic ? 'public but template gives no public addresses' : 'private but template gives public addresses'}; let them fit`,
      template.connections.securityGroups.length !== 1 &&
        `template has ${template.connections.securityGroups.length} security groups; give one`,
    ]);
    const { launchTemplate, publicAddress, connections, shellGroup } = template;
    const resource = new CfnInstance(this, 'Instance', {
      launchTemplate: {
        launchTemplateId: launchTemplate.launchTemplateId,
        version: launchTemplate.versionNumber,
      },
      // Where an interface is given at launch it takes the place of the template's, so it is given whole.
      networkInterfaces: [
        {
          deviceIndex: '0',
          subnetId: subnet.subnetId,
          associatePublicIpAddress: publicAddress,
          groupSet: [...connections.securityGroups, ...(shellGroup ? [shellGroup] : [])].map(
            ({ securityGroupId }) => securityGroupId,
          ),
        },
      ],
    });
    resource.node.addDependency(template.role, subnet.internetConnectivityEstablished);
    for (const rule of ['EC28', 'EC29'])
      Validations.of(resource).acknowledge({
        id: `AwsSolutions::AwsSolutions-${rule}`,
        reason:
          'The launch template says it, and whether it does is for who made the template; the rule reads the instance alone.',
      });
    this.instanceId = resource.ref;
    this.template = template;
    this.encryptionKeys = template.encryptionKeys;
    this.connections = connections;
  }
}
