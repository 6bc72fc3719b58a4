import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/sensitive-form-intake/environment';
import type { DocumentTable } from '../../constructs/data/document-table';
import type { OriginGuard } from '../../constructs/edge/origin-guard';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { HttpAccess } from '../../constructs/serverless/http-access';
import { HttpFacade } from '../../constructs/serverless/http-facade';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { handlerCode } from '../../handlers';

export const service = 'sensitive-form-intake';

export interface IntakeProps {
  readonly alarms: AlarmTopic;
  readonly strategy: ReleaseStrategy;
  readonly table: DocumentTable;
}

/** Where forms arrive. It keeps them and tells of them, and has no key to read what the edge has encrypted. */
export class Intake extends Construct {
  readonly api: HttpFacade;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IntakeProps,
  ) {
    super(scope, id);
    this.api = new HttpFacade(this, 'Api', {
      description: 'Forms whose sensitive fields the edge has encrypted',
      access: HttpAccess.open({
        reason:
          'Anybody may send a form. What comes round the distribution knows no secret of it and is turned away by the function, and all callers together share one limit.',
      }),
      alarms: props.alarms,
    });
  }

  /** The name of the API, by which the distribution finds it. */
  get domainName(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `${this.api.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /** Answers, now that it is known what a distribution shows that it is the one. */
  serve(guard: OriginGuard): void {
    const { alarms, strategy, table } = this.props;
    const take = new ReleasedFunction(this, 'Take', {
      alarms,
      strategy,
      service,
      description: 'Keeps forms as they come, and tells what became of them',
      code: handlerCode(service, 'intake'),
      environment: { [environment.table]: table.table.tableName },
      secrets: { [environment.guardSecret]: guard.secrets[0] },
    });
    table.grantPut(take.role);
    table.grantGet(take.role);
    for (const route of ['POST /forms', 'GET /forms/{id}']) this.api.route(route, { alias: take.alias });
  }
}
