import { Aws, Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import { wildcardFinding } from '../findings';
import type { AlarmTopic } from '../operations/alarm-topic';
import { Workflow } from '../serverless/workflow';
import { WorkflowDefinition } from '../serverless/workflow-definition';
import { encryptorSteps } from './volume-encryptor-steps';

export interface VolumeEncryptorProps {
  /** A tag without which no volume and no server is touched, such as `['groundplan:encrypt', 'yes']`. */
  readonly tag: readonly [key: string, value: string];
  /**
   * What volumes are encrypted with.
   * @default - the `aws/ebs` key of the account
   */
  readonly key?: IKey;
  /**
   * How long a snapshot may take, and how long its copy, ten minutes to twelve hours each.
   * @default Duration.hours(6)
   */
  readonly patience?: Duration;
  readonly alarms: AlarmTopic;
}

/**
 * Makes an encrypted volume of one that is not: its server stops, a snapshot is taken and copied encrypted, a new volume of the same kind, size, speed,
 * zone and tags is made of the copy and takes the old one's place, and the server starts again if it ran.
 *
 * Whatever fails on the way, the old volume is put back and the server started. Nothing is ever deleted: the old volume stays, with a tag that names the
 * new one, and so do both snapshots. Start it with `{ "volume": "vol-…" }`. Refused are volumes that several servers share, and servers of Auto Scaling groups.
 *
 * @claims compute-ebs-encrypt-existing
 */
export class VolumeEncryptor extends Construct {
  readonly workflow: Workflow;

  constructor(scope: Construct, id: string, props: VolumeEncryptorProps) {
    super(scope, id);
    const { tag, key, patience = Duration.hours(6), alarms } = props;
    refuse(this, [
      tag.some((word) => word === '') && `tag is "${tag.join('" = "')}", which nothing carries; name both`,
      tag[0].startsWith('aws:') && `tag has the key ${tag[0]}, which AWS keeps to itself; take another`,
      outsideDuration('patience', patience, Duration.minutes(10), Duration.hours(12)),
    ]);
    this.workflow = new Workflow(this, 'Workflow', {
      description: 'Makes an encrypted volume of one that is not',
      definition: WorkflowDefinition.of(encryptorSteps({ tag, hasKey: key !== undefined, patience }), {
        Partition: Aws.PARTITION,
        Region: Aws.REGION,
        ...(key && { Key: key.keyArn }),
      }),
      // Every wait within is bounded, so that nothing is left half done by a timeout.
      timeout: Duration.seconds(2 * patience.toSeconds()).plus(Duration.hours(3)),
      alarms,
    });
    this.grantVolumes(this.workflow.role, tag);
    if (key) grantKey(this.workflow.role, key);
  }

  private grantVolumes(role: IRole, [key, value]: VolumeEncryptorProps['tag']): void {
    const arn = (resource: string, account?: string) =>
      Stack.of(this).formatArn({
        service: 'ec2',
        resource,
        resourceName: '*',
        ...(account !== undefined && { account }),
      });
    const [volumes, servers, snapshots] = [arn('volume'), arn('instance'), arn('snapshot', '')];
    const carried = { StringEquals: { [`ec2:ResourceTag/${key}`]: value } };
    const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
      role.addToPrincipalPolicy(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));

    allow(
      [
        'autoscaling:DescribeAutoScalingInstances',
        'ec2:DescribeInstances',
        'ec2:DescribeSnapshots',
        'ec2:DescribeVolumes',
      ],
      ['*'],
    );
    allow(['ec2:StartInstances', 'ec2:StopInstances'], [servers], carried);
    allow(['ec2:AttachVolume', 'ec2:DetachVolume'], [servers, volumes], carried);
    allow(['ec2:CreateSnapshot', 'ec2:CreateTags'], [volumes], carried);
    allow(['ec2:CreateVolume'], [volumes], {
      StringEquals: { [`aws:RequestTag/${key}`]: value },
      Bool: { 'ec2:Encrypted': 'true' },
    });
    allow(['ec2:CopySnapshot', 'ec2:CreateSnapshot', 'ec2:CreateVolume'], [snapshots]);
    allow(['ec2:CreateTags'], [snapshots, volumes], {
      StringEquals: { 'ec2:CreateAction': ['CopySnapshot', 'CreateSnapshot', 'CreateVolume'] },
    });
    for (const resource of [volumes, servers, snapshots])
      Validations.of(role).acknowledge({
        id: wildcardFinding(this, resource),
        reason:
          'Which volume is to be encrypted is known when somebody asks for it: volumes and servers are held to a tag, snapshots are only made and read, and nothing may be deleted.',
      });
  }
}

/** A copy is written, and a server started, with the key, by EC2 in the name of the workflow. */
function grantKey(role: IRole, { keyArn }: IKey): void {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext'],
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `ec2.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
    }),
  );
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['kms:CreateGrant'],
      resources: [keyArn],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': true } },
    }),
  );
}
