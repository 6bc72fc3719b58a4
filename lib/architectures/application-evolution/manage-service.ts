import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/application-evolution/environment';
import { DocumentTable } from '../../constructs/data/document-table';
import { AppFunction } from '../../constructs/serverless/app-function';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import { handlerCode } from '../../handlers';
import { service } from './stage';
import type { ServiceProps } from './upload-service';

export interface ManageServiceProps extends Omit<ServiceProps, 'logs'> {
  /** Where it hears of documents. */
  readonly hears: 'queue' | 'bus';
}

/** Knows which documents there are, in a store of its own. */
export class ManageService extends Construct {
  /** Writes them down. */
  readonly worker: AppFunction;
  /** Answers callers. */
  readonly alias: IAlias;

  constructor(scope: Construct, id: string, props: ManageServiceProps) {
    super(scope, id);
    const { alarms, strategy, environment: told, hears, deletionProtection } = props;
    const store = new DocumentTable(this, 'Catalogue', {
      partitionKey: { name: 'shelf', type: AttributeType.STRING },
      sortKey: { name: 'id', type: AttributeType.STRING },
      deletionProtection,
    });
    const own = { [environment.catalogueTable]: store.table.tableName };
    this.worker = new AppFunction(this, 'Worker', {
      description: 'Writes down which documents there are',
      code: handlerCode(service, hears === 'queue' ? 'queue-manage' : 'event-manage'),
      service,
      environment: { ...own, ...told },
    });
    store.grantPut(this.worker.role);
    const desk = new ReleasedFunction(this, 'Desk', {
      alarms,
      strategy,
      service,
      description: 'Tells which documents there are',
      code: handlerCode(service, 'list'),
      environment: own,
    });
    store.grantQuery(desk.role);
    this.alias = desk.alias;
  }
}
