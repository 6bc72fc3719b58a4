import { Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { HttpAccess } from '../../constructs/serverless/http-access';
import { HttpFacade } from '../../constructs/serverless/http-facade';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { handlerCode } from '../../handlers';
import { service, type Parcels } from './parcel-desk';

export interface OldSystemProps {
  readonly parcels: Parcels;
  /** Whether it answers for parcels still; if not, it may not touch them. */
  readonly answersParcels: boolean;
  readonly alarms: AlarmTopic;
  readonly strategy: ReleaseStrategy;
}

/**
 * What was there before: prices and parcels over HTTP in a form of their own, and a tariff service that speaks SOAP. It stands for
 * servers elsewhere, so the API knows it by its address alone.
 */
export class OldSystem extends Construct {
  private readonly url: string;

  constructor(scope: Construct, id: string, { parcels, answersParcels, alarms, strategy }: OldSystemProps) {
    super(scope, id);
    const common = { alarms, strategy, service };
    const main = new ReleasedFunction(this, 'Main', {
      ...common,
      description: 'The old system: prices and parcels over HTTP',
      code: handlerCode(service, 'old-system'),
      environment: parcels.environment,
    });
    if (answersParcels) parcels.grantUse(main.role);
    const tariffs = new ReleasedFunction(this, 'Tariffs', {
      ...common,
      description: 'The old tariff service, which speaks SOAP',
      code: handlerCode(service, 'old-tariffs'),
    });

    const door = new HttpFacade(this, 'Door', {
      description: 'The address of the old system',
      access: HttpAccess.open({
        reason:
          'It stands for servers that partners have always called by their address; what it tells is public, and what it takes is checked by it and bounded by its limits.',
      }),
      alarms,
    });
    door.route('GET /prices/{land}', { alias: main.alias });
    door.route('POST /soap', { alias: tariffs.alias });
    if (answersParcels) {
      door.route('POST /parcels', { alias: main.alias });
      door.route('GET /parcels/{parcelId}', { alias: main.alias });
    }
    this.url = door.url;
  }

  /** The address of something of it. */
  at(path: string): string {
    return Fn.join('', [this.url, path]);
  }
}
