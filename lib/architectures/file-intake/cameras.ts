import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { wildcardFinding } from '../../constructs/findings';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { AppFunction } from '../../constructs/serverless/app-function';
import { DeviceAction } from '../../constructs/serverless/device-action';
import { DeviceRule } from '../../constructs/serverless/device-rule';
import type { FailureQueue } from '../../constructs/serverless/failure-queue';
import { folders } from './folders';
import { intakeFunction } from './intake-function';

export interface CamerasProps {
  readonly alarms: AlarmTopic;
  readonly bucket: IBucket;
  readonly failures: FailureQueue;
}

/** Pictures that devices send as messages, put among the incoming files. Of whom one is, the topic says, not the message. */
export class Cameras extends Construct {
  readonly function: AppFunction;

  constructor(scope: Construct, id: string, { alarms, bucket, failures }: CamerasProps) {
    super(scope, id);
    this.function = intakeFunction(this, 'Function', {
      description: 'Puts the pictures of cameras among the incoming files',
      handler: 'take-picture',
      alarms,
      bucket,
      timeout: Duration.seconds(15),
    });
    const pictures = bucket.arnForObjects(`${folders.incoming}devices/*`);
    this.function.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [pictures] }));
    Validations.of(this.function.role).acknowledge({
      id: wildcardFinding(this, pictures),
      reason:
        'Cameras and the names of their pictures are known when a message arrives; the function may put files below the folder of devices, and read none.',
    });
    new DeviceRule(this, 'Pictures', {
      description: 'Pictures that cameras publish',
      sql: "SELECT name, picture, topic(2) AS device FROM 'cameras/+/pictures'",
      action: DeviceAction.invoke(this.function),
      failures,
    });
  }
}
