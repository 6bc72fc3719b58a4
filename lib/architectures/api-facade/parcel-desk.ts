import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/api-facade/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { handlerCode } from '../../handlers';

export interface ParcelsProps {
  readonly alarms: AlarmTopic;
  readonly deletionProtection: boolean;
}

/** Of which the programs' logs and figures are a part, and the folder of their code. */
export const service = 'api-facade';

/** Where parcels are kept, whoever answers for them. */
export class Parcels extends Construct {
  private readonly table: DocumentTable;

  constructor(scope: Construct, id: string, { alarms, deletionProtection }: ParcelsProps) {
    super(scope, id);
    this.table = new DocumentTable(this, 'Parcels', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      alarms,
      deletionProtection,
    });
  }

  /** What a program is told that answers for parcels. */
  get environment(): Record<string, string> {
    return { [environment.parcelTable]: this.table.table.tableName };
  }

  /** Lets it read a parcel by its id, and register one. */
  grantUse(grantee: IGrantable): void {
    this.table.grantGet(grantee);
    this.table.grantPut(grantee);
  }
}

export interface ParcelFunctionProps {
  readonly parcels: Parcels;
  readonly alarms: AlarmTopic;
  readonly strategy: ReleaseStrategy;
}

/** Parcels answered by a function of their own. */
export class ParcelFunction extends Construct {
  readonly alias: IAlias;

  constructor(scope: Construct, id: string, { parcels, alarms, strategy }: ParcelFunctionProps) {
    super(scope, id);
    const released = new ReleasedFunction(this, 'Parcels', {
      alarms,
      strategy,
      service,
      description: 'Registers parcels and shows them',
      code: handlerCode(service, 'parcels'),
      environment: parcels.environment,
    });
    parcels.grantUse(released.role);
    this.alias = released.alias;
  }
}
