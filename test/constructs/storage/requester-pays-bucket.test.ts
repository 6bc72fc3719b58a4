import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { PeeringNames } from '../../../lib/constructs/network/peering-names';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { PrivateBucket, type PrivateBucketProps } from '../../../lib/constructs/storage/private-bucket';
import { RequesterPaysBucket } from '../../../lib/constructs/storage/requester-pays-bucket';
import { testStack } from '../../support/app';

function parts() {
  const stack = testStack();
  const { bucket: accessLogs } = new LogBucket(stack, 'Logs', { writtenByBuckets: true });
  const make = (id: string, props: Partial<PrivateBucketProps> = {}) =>
    new RequesterPaysBucket(stack, id, { accessLogs, accessLogPrefix: `${id}/`, ...props });
  return { stack, make };
}
/** The call a custom resource has made. */
const callOf = (properties: any, when: string): any =>
  JSON.parse(
    JSON.stringify(properties[when]['Fn::Join'][1].map((part: any) => part.Ref ?? part).join(''))
      .replace(/^"|"$/g, '')
      .replaceAll('\\"', '"'),
  );

describe('RequesterPaysBucket', () => {
  const { stack, make } = parts();
  make('Shared');
  make('Second');
  const template = Template.fromStack(stack);
  const [payer] = Object.values(template.findResources('Custom::BucketRequestPayment')).map(
    ({ Properties }) => Properties,
  );

  test('whoever asks pays from the deployment on, and the owner again once it goes [storage-requester-pays]', () => {
    const about = { service: 'S3', action: 'putBucketRequestPayment' };
    for (const [when, Payer] of [
      ['Create', 'Requester'],
      ['Update', 'Requester'],
      ['Delete', 'BucketOwner'],
    ])
      expect(callOf(payer, when)).toMatchObject({
        ...about,
        parameters: { Bucket: expect.stringMatching(/^SharedBucket/), RequestPaymentConfiguration: { Payer } },
      });
    expect(payer.InstallLatestAwsSdk).toBe(false);
  });

  test('one helper asks for all of a stack, may do this to these buckets and nothing else [storage-requester-pays]', () => {
    const statements = Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('s3:'));
    expect(statements.map(({ Action, Effect }) => [Effect, Action])).toEqual(
      Array(statements.length).fill(['Allow', 's3:PutBucketRequestPayment']),
    );
    expect(
      statements.flatMap(({ Resource }) => [Resource].flat()).map((one) => one['Fn::GetAtt'][0].slice(0, 6)),
    ).toEqual(['Shared', 'Second']);
    template.resourceCountIs('AWS::Lambda::Function', 1);
  });

  test('fails as a place for access logs [storage-access-log-bucket]', () => {
    const { stack: other, make: makeOther } = parts();
    const { bucket: accessLogs } = makeOther('Shared', { lifecycleRules: [{ expiration: Duration.days(9) }] });
    expect(() => new PrivateBucket(other, 'Files', { accessLogs, accessLogPrefix: 'files/' })).toThrow(
      'Stack/Files:\n  accessLogs is Stack/Shared/Bucket, which has requesters pay, which the log writers of S3 do not; give it a LogBucket',
    );
  });

  test('is else a bucket like any other', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: Match.objectLike({ BlockPublicPolicy: true }),
      LoggingConfiguration: { LogFilePrefix: 'Shared/' },
    });
  });
});

describe('what is refused', () => {
  test('fails for what comes unsigned: anybody, and visitors of a website [storage-requester-pays]', () => {
    const { stack, make } = parts();
    const anonymousRead = { reason: 'Everybody may read these few pictures of ours' };
    expect(() => make('Open', { anonymousRead })).toThrow(
      'Stack:\n  Open has anonymousRead, but who does not sign cannot pay; leave it out, or take a PrivateBucket',
    );
    const { bucket } = make('Site');
    (bucket.node.defaultChild as CfnBucket).websiteConfiguration = { indexDocument: 'index.html' };
    expect(() => Template.fromStack(stack)).toThrow(
      'Stack/Site/Bucket/Resource:\n  websiteConfiguration is given, but the requester pays, which no visitor of a website can; leave it out, or take a PrivateBucket',
    );
  });

  test('fails beside another helper, whose role would lack what this needs', () => {
    const { stack, make } = parts();
    new PeeringNames(stack, 'Names', { peeringId: 'pcx-1' });
    expect(() => make('Shared')).toThrow(
      'Stack/Shared/Payer:\n  the function that makes such calls in this stack has the role of another helper already, which lacks what this call needs; put one of the two into a stack of its own',
    );
  });
});
