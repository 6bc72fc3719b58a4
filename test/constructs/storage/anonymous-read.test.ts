import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { bucketFaults } from '../../../lib/constructs/storage/bucket-rules';
import { ObjectEncryption } from '../../../lib/constructs/storage/object-encryption';
import { testStack } from '../../support/app';
import { decide } from '../../support/decide';
import { make, overTls, refusal, synthesise } from './parts';

const reason = 'The pictures are on posters, and phones that read their codes cannot sign.';

describe('a bucket that anybody may read', () => {
  const made = synthesise({ anonymousRead: { reason, folder: 'pictures/' } });
  const anybody = (action: string, key: string) =>
    decide(made.policy, { action, resource: `<${made.name}.Arn>/${key}`, context: overTls });

  test('says why in its template, opens by policy alone, and is read below the folder only [storage-policy-anonymous-optin]', () => {
    expect(anybody('s3:GetObject', 'pictures/a.jpg')).toBe('allow');
    expect(anybody('s3:GetObject', 'secrets/a.txt')).toBe('implicit deny');
    expect(anybody('s3:PutObject', 'pictures/a.jpg')).toBe('implicit deny');
    expect(made.properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: false,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: false,
    });
    expect(made.template.findResources('AWS::S3::Bucket')[made.name].Metadata).toMatchObject({
      'groundplan:anonymousRead': reason,
    });
    expect(bucketFaults(made.template.toJSON().Resources)).toEqual([]);
  });

  test('fails when its policy lets anybody in without a reason, which S3 would refuse when it is deployed [storage-policy-anonymous-optin]', () => {
    const stack = testStack();
    const { bucket } = make(stack);
    bucket.addToResourcePolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        principals: [new AnyPrincipal()],
        resources: [bucket.arnForObjects('*')],
      }),
    );
    expect(() => Template.fromStack(stack)).toThrow(
      'Stack/Files/Bucket/Policy/Resource:\n  lets anybody do s3:GetObject; name who may, serve it by CloudFront, or say why in anonymousRead of PrivateBucket',
    );
  });

  test.each([
    [
      { anonymousRead: { reason: 'public' } },
      'anonymousRead is given because of "public"; say in a sentence why anybody may read, or serve it by CloudFront',
    ],
    [
      { anonymousRead: { reason, folder: 'pictures' } },
      'anonymousRead.folder is "pictures"; name a folder with a slash at its end, such as pictures/',
    ],
    [
      { anonymousRead: { reason, folder: 'picture?/' } },
      'anonymousRead.folder is "picture?/"; name a folder with a slash at its end, such as pictures/',
    ],
    [
      { anonymousRead: { reason }, encryption: ObjectEncryption.customerKey() },
      'anonymousRead is given, but nobody without a signature may use a customer key; use ObjectEncryption.managed()',
    ],
  ])('fails with %j [storage-policy-anonymous-optin]', (props, fault) => {
    expect(refusal(props)).toThrow(`Stack/Files:\n  ${fault}`);
  });
});
