import { Construct } from 'constructs';
import { environment, optionalEnvironment } from '../../../lambda/content-router/environment';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { FunctionTargets } from '../../constructs/serverless/function-targets';
import { handlerCode } from '../../handlers';

export interface ServicesProps {
  readonly alarms: AlarmTopic;
  /**
   * ARN of the balancer at which members sign in.
   * @default - nobody signs in, and pages of members show nothing
   */
  readonly signer?: string | undefined;
}

/** Three small services, one of them in two releases, each a function that the balancer calls. */
export class Services extends Construct {
  readonly pages: FunctionTargets;
  readonly blog: FunctionTargets;
  readonly orders: FunctionTargets;
  readonly ordersNext: FunctionTargets;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServicesProps,
  ) {
    super(scope, id);
    const { signer } = props;
    this.pages = this.make(
      'Pages',
      'pages',
      '1',
      signer === undefined ? {} : { [optionalEnvironment.balancer]: signer },
    );
    this.blog = this.make('Blog', 'blog', '1');
    this.orders = this.make('Orders', 'orders', '1');
    this.ordersNext = this.make('OrdersNext', 'orders', '2');
  }

  private make(name: string, service: string, release: string, more: Record<string, string> = {}): FunctionTargets {
    const made = new AppFunction(this, name, {
      description: `Answers for the service ${service}, release ${release}`,
      code: handlerCode('content-router', 'serve'),
      environment: { [environment.service]: service, [environment.release]: release, ...more },
    });
    new FunctionAlarms(made, 'Alarms', { function: made, alarms: this.props.alarms });
    return new FunctionTargets(made, 'Targets', { callee: made.function, multiValueHeaders: true });
  }
}
