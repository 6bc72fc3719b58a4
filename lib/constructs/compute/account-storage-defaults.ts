import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnSnapshotBlockPublicAccess } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { CallHelper } from '../operations/call-helper';

export interface AccountStorageDefaultsProps {
  /**
   * The key of new volumes that name none; one of this Region.
   * @default - `aws/ebs`, which AWS manages
   */
  readonly key?: IKey;
  /**
   * Whether new instances that do not say otherwise give metadata by token only.
   * @default true
   */
  readonly metadataByToken?: boolean;
  /**
   * What happens when this is deleted: the Region keeps what is set, or becomes again what it is in a new account: nothing encrypted by itself,
   * `aws/ebs`, snapshots that can be shared with everybody, no preference for tokens.
   * @default 'keep'
   */
  readonly whenDeleted?: 'keep' | 'reset';
}

/** One switch of a Region: the call that sets it, and the one that takes it back. */
interface Switch {
  readonly id: string;
  readonly set: string;
  readonly reset: string;
  readonly parameters?: object;
  readonly resetParameters?: object;
}

/**
 * What holds for every new volume, snapshot and instance of the account in this Region, whoever makes it: volumes are encrypted, snapshots are public
 * to nobody, metadata needs a token. One for each account and Region: two would take each other's settings back.
 *
 * CloudFormation knows only the one for snapshots; the others are called for in the deployment.
 *
 * @claims compute-ebs-account-defaults
 */
export class AccountStorageDefaults extends Construct {
  constructor(scope: Construct, id: string, props: AccountStorageDefaultsProps = {}) {
    super(scope, id);
    const { key, metadataByToken = true, whenDeleted = 'keep' } = props;
    const sharing = new CfnSnapshotBlockPublicAccess(this, 'Sharing', { state: 'block-all-sharing' });
    sharing.applyRemovalPolicy(whenDeleted === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    const switches: Switch[] = [
      { id: 'Encryption', set: 'enableEbsEncryptionByDefault', reset: 'disableEbsEncryptionByDefault' },
    ];
    if (key)
      switches.push({
        id: 'Key',
        set: 'modifyEbsDefaultKmsKeyId',
        parameters: { KmsKeyId: key.keyArn },
        reset: 'resetEbsDefaultKmsKeyId',
      });
    if (metadataByToken)
      switches.push({
        id: 'Metadata',
        set: 'modifyInstanceMetadataDefaults',
        parameters: { HttpTokens: 'required' },
        reset: 'modifyInstanceMetadataDefaults',
        resetParameters: { HttpTokens: 'no-preference' },
      });
    for (const one of switches) this.call(one, whenDeleted === 'reset');
  }

  private call({ id, set, reset, parameters, resetParameters }: Switch, takenBack: boolean): void {
    const helper = CallHelper.of(this, 'StorageDefaultsHelper');
    const names = [...new Set([set, ...(takenBack ? [reset] : [])])];
    const call = new AwsCustomResource(this, id, {
      resourceType: `Custom::StorageDefault${id}`,
      onUpdate: {
        service: 'EC2',
        action: set,
        ...(parameters && { parameters }),
        physicalResourceId: PhysicalResourceId.of(id),
      },
      ...(takenBack && {
        onDelete: { service: 'EC2', action: reset, ...(resetParameters && { parameters: resetParameters }) },
      }),
      installLatestAwsSdk: false,
      role: helper.role,
      logGroup: helper.logs,
      memorySize: 256,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({
          actions: names.map((name) => `ec2:${name.charAt(0).toUpperCase()}${name.slice(1)}`),
          resources: ['*'],
        }),
      ]),
    });
    helper.acknowledge(call);
    Validations.of(call).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'These are settings of the account in a Region, for which EC2 knows no narrower resource.',
    });
  }
}
