import { Aws } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { GatewayVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { DocumentTable } from '../../constructs/data/document-table';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { NatStrategy } from '../../constructs/network/nat-strategy';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { Profile } from '../../profile';
import type { Settings } from '../../settings';
import { BoardApi } from './board-api';
import { BoardFunctions } from './board-functions';
import type { SharedNotes } from './shared-notes';

export interface RegionalSiteProps {
  readonly profile: Profile;
  readonly settings: Settings;
  /** The notes, as this Region has them. */
  readonly notes: SharedNotes;
}

/**
 * All that one Region needs to answer by itself: an entry, functions, answers that are kept, notes, and a queue. Nothing of it knows
 * the other Region.
 */
export class RegionalSite extends Construct {
  readonly entry: BoardApi;
  readonly functions: BoardFunctions;

  constructor(scope: Construct, id: string, { profile, settings, notes }: RegionalSiteProps) {
    super(scope, id);
    const alarms = new AlarmTopic(this, 'Alarms', { email: settings.alarmEmail });
    const kept = new DocumentTable(this, 'Kept', {
      partitionKey: { name: 'name', type: AttributeType.STRING },
      expiryAttribute: 'expires',
      alarms,
    });
    const network = new TieredNetwork(this, 'Network', {
      plan: { cidr: '10.22.0.0/16', tiers: [{ name: 'application', access: 'isolated' }], tierSlots: 2 },
      zones: 2,
      nat: NatStrategy.none(),
      gatewayEndpoints: {
        Tables: {
          service: GatewayVpcEndpointAwsService.DYNAMODB,
          allow: [
            {
              actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
              resources: [notes.arn, kept.table.tableArn],
              conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
            },
          ],
        },
      },
      flowLogs: FlowDestination.logs(),
    });
    this.functions = new BoardFunctions(this, 'Functions', { network, notes, kept, alarms, profile });
    this.entry = new BoardApi(this, 'Entry', { functions: this.functions, alarms });
  }
}
