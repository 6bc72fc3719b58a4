import { Key } from 'aws-cdk-lib/aws-kms';
import type { BucketShare } from '../../../lib/constructs/storage/bucket-share';
import { ObjectEncryption } from '../../../lib/constructs/storage/object-encryption';
import { testStack } from '../../support/app';
import { decide, decideTogether, type PolicyDocument } from '../../support/decide';
import { allowing, make, overTls, refusal, synthesise } from './parts';

const partner = '111122223333';
const share: BucketShare = { account: partner, folder: 'outgoing/', actions: ['s3:GetObject'] };
const nobody: PolicyDocument = { Statement: [] };

describe('a folder that is shared with another account', () => {
  const { name, policy } = synthesise({ sharedWith: [share] });
  const may = (identity: PolicyDocument, key: string, action = 's3:GetObject', account = partner, where = policy) =>
    decideTogether(
      identity,
      where,
      {
        principal: { AWS: `arn:<AWS::Partition>:iam::${account}:role/Reader` },
        action,
        resource: `<${name}.Arn>/${key}`,
        context: overTls,
      },
      false,
    );

  test('is read where both sides allow it, and by neither alone [storage-policy-cross-account]', () => {
    expect(may(allowing('s3:GetObject'), 'outgoing/a.pdf')).toBe('allow');
    expect(may(nobody, 'outgoing/a.pdf')).toBe('implicit deny');
    expect(may(allowing('s3:GetObject'), 'outgoing/a.pdf', 's3:GetObject', partner, synthesise().policy)).toBe(
      'implicit deny',
    );
  });

  test('is all they reach, with this action alone, and no third account does [storage-policy-cross-account]', () => {
    expect(may(allowing('s3:*'), 'incoming/a.pdf')).toBe('implicit deny');
    expect(may(allowing('s3:*'), 'outgoing/a.pdf', 's3:PutObject')).toBe('implicit deny');
    expect(may(allowing('s3:*'), 'outgoing/a.pdf', 's3:GetObject', '999988887777')).toBe('implicit deny');
  });

  test('costs one statement [storage-policy-cross-account]', () => {
    expect(policy.Statement).toHaveLength(synthesise().policy.Statement.length + 1);
  });

  test('is decrypted by them through S3 alone, where there is a customer key [storage-policy-cross-account]', () => {
    const actions = ['s3:GetObject', 's3:PutObject'] as const;
    const made = synthesise({ encryption: ObjectEncryption.customerKey(), sharedWith: [{ ...share, actions }] });
    const [id, key] = made.of('AWS::KMS::Key')!;
    const use = (action: string, context: Record<string, string> = {}) =>
      decide(key.Properties.KeyPolicy, {
        principal: { AWS: `arn:<AWS::Partition>:iam::${partner}:root` },
        action,
        resource: `<${id}.Arn>`,
        context,
      });
    const viaS3 = { 'kms:ViaService': 's3.<AWS::Region>.amazonaws.com' };
    expect([use('kms:Decrypt', viaS3), use('kms:GenerateDataKey', viaS3)]).toEqual(['allow', 'allow']);
    expect(use('kms:Decrypt')).toBe('implicit deny');
    expect(use('kms:ScheduleKeyDeletion', viaS3)).toBe('implicit deny');
  });

  test('deleting needs nothing of the key', () => {
    const made = (sharedWith: BucketShare[]) =>
      synthesise({ encryption: ObjectEncryption.customerKey(), sharedWith }).of('AWS::KMS::Key')![1].Properties
        .KeyPolicy;
    expect(made([{ ...share, actions: ['s3:DeleteObject'] }])).toEqual(made([]));
  });

  test('fails under the key aws/s3 and any other whose policy is elsewhere [storage-policy-cross-account]', () => {
    const stack = testStack();
    const managed = Key.fromKeyArn(stack, 'AwsS3', 'arn:aws:kms:eu-west-1:000000000000:alias/aws/s3');
    expect(() =>
      make(stack, { encryption: ObjectEncryption.customerKey({ key: managed }), sharedWith: [share] }),
    ).toThrow(
      `Stack/Files:\n  sharedWith names the account ${partner}, but the policy of the key Stack/AwsS3 is not in this app, as that of aws/s3 never is, and admits no other account; give a customer key made here, or ObjectEncryption.managed()`,
    );
  });

  test.each<[Partial<BucketShare>, string]>([
    [{ account: '1234' }, 'sharedWith names the account 1234; give the 12 digits of one account'],
    [{ account: '*' }, 'sharedWith names the account *; give the 12 digits of one account'],
    ...['', '/', 'outgoing', '/outgoing/', 'a*/', 'a?/'].map((folder): [Partial<BucketShare>, string] => [
      { folder },
      `sharedWith has the folder "${folder}"; name a folder with a slash at its end, such as outgoing/`,
    ]),
    [{ actions: [] }, `sharedWith lets ${partner} do nothing; name the actions, or leave it out`],
  ])('fails with %j [storage-policy-cross-account]', (more, fault) => {
    expect(refusal({ sharedWith: [{ ...share, ...more }] })).toThrow(`Stack/Files:\n  ${fault}`);
  });
});
