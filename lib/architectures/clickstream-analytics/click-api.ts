import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/clickstream-analytics/environment';
import type { DocumentTable } from '../../constructs/data/document-table';
import type { DataStream } from '../../constructs/messaging/data-stream';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { HttpAccess } from '../../constructs/serverless/http-access';
import { HttpFacade } from '../../constructs/serverless/http-facade';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { handlerCode } from '../../handlers';
import { service } from './reader';

/** Who has counted something. */
interface Counted {
  readonly tally: DocumentTable;
}

export interface ClickApiProps {
  readonly alarms: AlarmTopic;
  /** Where clicks go. */
  readonly clicks: DataStream;
  readonly board: Counted;
  readonly minutes: Counted;
  readonly hours: Counted;
}

/** Where pages send clicks, and people ask what came of them: one function that may write only, and one that may read only. */
export class ClickApi extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: ClickApiProps) {
    super(scope, id);
    const { alarms, clicks, board, minutes, hours } = props;
    const running = { alarms, service, strategy: ReleaseStrategy.allAtOnce(), timeout: Duration.seconds(20) };
    const collect = new ReleasedFunction(this, 'Collect', {
      ...running,
      description: 'Takes clicks from pages into the stream',
      code: handlerCode(service, 'collect'),
      environment: { [environment.stream]: clicks.stream.streamName },
    });
    clicks.grantWrite(collect.role);
    const report = new ReleasedFunction(this, 'Report', {
      ...running,
      description: 'Tells what the readers of the stream have counted',
      code: handlerCode(service, 'report'),
      environment: {
        [environment.boardTable]: board.tally.table.tableName,
        [environment.minutesTable]: minutes.tally.table.tableName,
        [environment.hoursTable]: hours.tally.table.tableName,
      },
    });
    for (const { tally } of [board, minutes, hours]) tally.grantQuery(report.role);

    const api = new HttpFacade(this, 'Front', {
      description: 'Clicks, and what came of them',
      access: HttpAccess.open({
        reason:
          'Clicks come from the pages of visitors who have not signed in, and what is told of them are numbers by page; limits keep either from costing much.',
      }),
      alarms,
      throttle: { rateLimit: 100, burstLimit: 200 },
    });
    api.route('POST /clicks', { alias: collect.alias });
    for (const path of ['/board', '/minutes', '/hours']) api.route(`GET ${path}`, { alias: report.alias });
    this.url = api.url;
  }
}
