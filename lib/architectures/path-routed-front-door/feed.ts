import { Construct } from 'constructs';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { FunctionUrl } from '../../constructs/serverless/function-url';
import { handlerCode } from '../../handlers';

/** A function with an address of its own, which answers who signs and is allowed to. */
export class Feed extends Construct {
  readonly address: FunctionUrl;

  constructor(scope: Construct, id: string, { alarms }: { readonly alarms: AlarmTopic }) {
    super(scope, id);
    const feed = new AppFunction(this, 'Function', {
      description: 'Tells what is new, to CloudFront',
      code: handlerCode('path-routed-front-door', 'feed'),
    });
    new FunctionAlarms(this, 'Alarms', { alarms, function: feed });
    this.address = new FunctionUrl(this, 'Address', { function: feed });
  }
}
