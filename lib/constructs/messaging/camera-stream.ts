import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnStream } from 'aws-cdk-lib/aws-kinesisvideo';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';

export interface CameraStreamProps {
  /**
   * How long pictures are kept, billed by volume: 1 hour to ten years, in whole hours. Without retention no consumer could
   * be a moment late.
   */
  readonly retention: Duration;
  /**
   * What is sent, as `<kind>/<codec>`.
   * @default 'video/h264'
   */
  readonly mediaType?: string;
}

/**
 * Where one camera sends its pictures, under a key of its own, for as long as is said. It costs nothing until a camera sends.
 *
 * @claims messaging-video-stream
 */
export class CameraStream extends Construct {
  readonly stream: CfnStream;
  readonly key: IKey;

  constructor(scope: Construct, id: string, props: CameraStreamProps) {
    super(scope, id);
    const { retention, mediaType = 'video/h264' } = props;
    refuse(this, [
      outsideDuration('retention', retention, Duration.hours(1), Duration.days(3650)),
      !Number.isInteger(retention.toHours({ integral: false })) &&
        `retention is ${retention.toHumanString()}; give whole hours`,
      !/^[a-z0-9]+\/[a-zA-Z0-9.-]+$/.test(mediaType) &&
        `mediaType is "${mediaType}"; give a kind and a codec, such as "video/h264"`,
    ]);
    this.key = new Key(this, 'Key', { description: `Encrypts pictures of ${this.node.path}`, enableKeyRotation: true });
    this.stream = new CfnStream(this, 'Stream', {
      dataRetentionInHours: retention.toHours(),
      mediaType,
      kmsKeyId: this.key.keyId,
    });
  }

  /** Lets a camera send to this stream: its role, as an IoT thing, or that of the device it hangs on. */
  grantSend(camera: IGrantable): Grant {
    this.key.grantEncryptDecrypt(camera);
    return this.grant(camera, 'kinesisvideo:DescribeStream', 'kinesisvideo:GetDataEndpoint', 'kinesisvideo:PutMedia');
  }

  /** Lets it watch this stream, as it comes or what is kept. */
  grantWatch(viewer: IGrantable): Grant {
    this.key.grantDecrypt(viewer);
    return this.grant(
      viewer,
      'kinesisvideo:DescribeStream',
      'kinesisvideo:GetDataEndpoint',
      'kinesisvideo:GetHLSStreamingSessionURL',
      'kinesisvideo:GetMedia',
    );
  }

  private grant(grantee: IGrantable, ...actions: string[]): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns: [this.stream.attrArn] });
  }
}
