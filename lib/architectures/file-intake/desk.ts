import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { resizerEnvironment } from '../../../lambda/file-intake/environment';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionUrl } from '../../constructs/serverless/function-url';
import { intakeFunction } from './intake-function';
import { mayLook } from './may-look';

export interface DeskProps {
  readonly alarms: AlarmTopic;
  readonly bucket: IBucket;
  readonly resizer: AppFunction;
}

/** Where one asks what became of a file, or has it resized while one waits: an address of the function's own, for callers that sign. */
export class Desk extends Construct {
  readonly function: AppFunction;
  readonly url: string;

  constructor(scope: Construct, id: string, { alarms, bucket, resizer }: DeskProps) {
    super(scope, id);
    this.function = intakeFunction(this, 'Function', {
      description: 'Tells what became of a file, and has it resized while the caller waits',
      handler: 'desk',
      alarms,
      bucket,
      asynchronous: false,
      timeout: resizer.timeout.plus(Duration.seconds(15)),
      environment: {
        [resizerEnvironment.resizer]: resizer.function.functionArn,
        [resizerEnvironment.seconds]: String(resizer.timeout.toSeconds()),
      },
    });
    mayLook(this.function.role, bucket);
    this.function.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [resizer.function.functionArn] }),
    );
    this.url = new FunctionUrl(this, 'Door', { function: this.function }).url;
  }
}
