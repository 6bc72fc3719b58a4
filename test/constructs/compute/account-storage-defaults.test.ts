import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  AccountStorageDefaults,
  type AccountStorageDefaultsProps,
} from '../../../lib/constructs/compute/account-storage-defaults';
import { testStack } from '../../support/app';
import { text } from '../../support/decide';

function made(props: AccountStorageDefaultsProps & { readonly withKey?: boolean } = {}) {
  const { withKey, ...rest } = props;
  const stack = testStack();
  const key = withKey ? new Key(stack, 'Key') : undefined;
  new AccountStorageDefaults(stack, 'Defaults', { ...rest, ...(key && { key }) });
  return Template.fromStack(stack);
}
/** What is called when it is made, changed and deleted. */
const callsOf = (template: Template) =>
  Object.values(template.toJSON().Resources as Record<string, any>)
    .filter(({ Type }) => Type.startsWith('Custom::StorageDefault'))
    .map(({ Properties }) =>
      ['Create', 'Update', 'Delete'].map((when) => {
        if (Properties[when] === undefined) return undefined;
        const { service, action, parameters } = JSON.parse(text(Properties[when]));
        return [service, action, ...(parameters ? [parameters] : [])];
      }),
    );
const actionsOf = (template: Template) =>
  Object.values(template.findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }) => Action)
    .filter((action: string) => action.startsWith('ec2:'))
    .sort();

describe('AccountStorageDefaults', () => {
  test('new volumes are encrypted, snapshots shared with nobody, and metadata needs a token [compute-ebs-account-defaults]', () => {
    const template = made();
    const encrypt = ['EC2', 'enableEbsEncryptionByDefault'];
    const token = ['EC2', 'modifyInstanceMetadataDefaults', { HttpTokens: 'required' }];
    expect(callsOf(template)).toEqual([
      [encrypt, encrypt, undefined],
      [token, token, undefined],
    ]);
    template.hasResource('AWS::EC2::SnapshotBlockPublicAccess', {
      Properties: { State: 'block-all-sharing' },
      DeletionPolicy: 'Retain',
    });
    expect(actionsOf(template)).toEqual(['ec2:EnableEbsEncryptionByDefault', 'ec2:ModifyInstanceMetadataDefaults']);
  });

  test('a key of your own is the default, and each setting is taken back where that is chosen [compute-ebs-account-defaults]', () => {
    const template = made({ withKey: true, whenDeleted: 'reset' });
    const calls = callsOf(template);
    expect(calls[1][0]).toEqual(['EC2', 'modifyEbsDefaultKmsKeyId', { KmsKeyId: expect.stringContaining('Key') }]);
    expect(calls.map(([, , deleted]) => deleted)).toEqual([
      ['EC2', 'disableEbsEncryptionByDefault'],
      ['EC2', 'resetEbsDefaultKmsKeyId'],
      ['EC2', 'modifyInstanceMetadataDefaults', { HttpTokens: 'no-preference' }],
    ]);
    template.hasResource('AWS::EC2::SnapshotBlockPublicAccess', { DeletionPolicy: 'Delete' });
    expect(actionsOf(template)).toEqual([
      'ec2:DisableEbsEncryptionByDefault',
      'ec2:EnableEbsEncryptionByDefault',
      'ec2:ModifyEbsDefaultKmsKeyId',
      'ec2:ModifyInstanceMetadataDefaults',
      'ec2:ResetEbsDefaultKmsKeyId',
    ]);
  });

  test('what instances give may be left to others [compute-ebs-account-defaults]', () => {
    expect(callsOf(made({ metadataByToken: false }))).toHaveLength(1);
  });
});
