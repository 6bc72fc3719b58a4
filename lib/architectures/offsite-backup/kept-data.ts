import { Tags } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { DocumentTable } from '../../constructs/data/document-table';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { SharedFiles } from '../../constructs/storage/shared-files';
import type { Profile } from '../../profile';

export interface KeptDataProps {
  readonly profile: Profile;
  readonly alarms: AlarmTopic;
  /** What whatever is backed up carries. */
  readonly tag: { readonly key: string; readonly value: string };
}

/** What is worth a backup: a table, and files that nobody mounts yet. Neither knows of plans or vaults; the tag is all they share. */
export class KeptData extends Construct {
  readonly table: DocumentTable;
  readonly files: SharedFiles;

  constructor(scope: Construct, id: string, { profile, alarms, tag }: KeptDataProps) {
    super(scope, id);
    this.table = new DocumentTable(this, 'Orders', {
      partitionKey: { name: 'order', type: AttributeType.STRING },
      deletionProtection: profile.deletionProtection,
      alarms,
    });
    const network = new TieredNetwork(this, 'Network', {
      plan: { cidr: '10.33.0.0/16', zones: 2, tiers: [{ name: 'files', access: 'isolated' }] },
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    this.files = new SharedFiles(this, 'Files', { vpc: network.vpc });
    Tags.of(this).add(tag.key, tag.value, {
      includeResourceTypes: ['AWS::DynamoDB::GlobalTable', 'AWS::EFS::FileSystem'],
    });
  }
}
