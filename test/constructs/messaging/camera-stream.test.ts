import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Match } from 'aws-cdk-lib/assertions';
import { CameraStream, type CameraStreamProps } from '../../../lib/constructs/messaging/camera-stream';
import { templateOf, testStack } from '../../support/app';
import { text } from '../../support/decide';

const refusal = (props: CameraStreamProps) => () => new CameraStream(testStack(), 'Gate', props);

describe('CameraStream', () => {
  const template = templateOf((stack) => {
    const camera = new CameraStream(stack, 'Gate', { retention: Duration.days(2) });
    const role = (id: string, service: string) => new Role(stack, id, { assumedBy: new ServicePrincipal(service) });
    camera.grantSend(role('Camera', 'credentials.iot.amazonaws.com'));
    camera.grantWatch(role('Guard', 'ecs-tasks.amazonaws.com'));
  });
  const allowed = (role: string) =>
    Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([id]) => id.startsWith(role))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .flatMap(({ Action, Resource }: any) => [Action].flat().map((action) => `${action} ${text(Resource)}`))
      .filter((line) => line.startsWith('kinesisvideo:'))
      .map((line) => line.replace(/[0-9A-F]{8}/, ''));

  test('keeps pictures for as long as is said, under a key of its own [messaging-video-stream]', () => {
    template.hasResourceProperties('AWS::KinesisVideo::Stream', {
      DataRetentionInHours: 48,
      MediaType: 'video/h264',
      KmsKeyId: { Ref: Match.stringLikeRegexp('^GateKey') },
    });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  test('a camera may send to its stream, and see none [messaging-video-stream]', () => {
    expect(allowed('Camera')).toEqual([
      'kinesisvideo:DescribeStream <GateStream.Arn>',
      'kinesisvideo:GetDataEndpoint <GateStream.Arn>',
      'kinesisvideo:PutMedia <GateStream.Arn>',
    ]);
  });

  test('who watches may not send', () => {
    expect(allowed('Guard')).toContain('kinesisvideo:GetMedia <GateStream.Arn>');
    expect(allowed('Guard').join()).not.toContain('PutMedia');
  });

  test.each<[string, CameraStreamProps, string]>([
    ['nothing is kept', { retention: Duration.hours(0) }, 'retention is 0 hours; give 1 hour to 3650 days'],
    [
      'it is kept by the minute',
      { retention: Duration.minutes(90) },
      'retention is 1 hour 30 minutes; give whole hours',
    ],
    [
      'the kind of media is none',
      { retention: Duration.hours(1), mediaType: 'h264' },
      'mediaType is "h264"; give a kind and a codec, such as "video/h264"',
    ],
  ])('fails when %s [messaging-video-stream]', (_, props, message) => {
    expect(refusal(props)).toThrow(`Stack/Gate:\n  ${message}`);
  });
});
