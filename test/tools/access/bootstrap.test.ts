import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import type { Template } from '../../../tools/template/stack';
import { AccessModel } from '../../../tools/access/model';
import '../../support/access';

/** A template written by hand and by others, with conditions, parameters and five roles: the CDK's own bootstrap stack. */
function bootstrap(parameters: Readonly<Record<string, string>> = {}): AccessModel {
  const cli = dirname(require.resolve('aws-cdk/package.json'));
  const stack = new Stack(new App(), 'CDKToolkit');
  new CfnInclude(stack, 'Included', { templateFile: join(cli, 'lib/api/bootstrap/bootstrap-template.yaml') });
  const template = (stack as unknown as { _toCloudFormation(): unknown })._toCloudFormation();
  return AccessModel.fromTemplates(
    [
      {
        name: 'CDKToolkit',
        template: stack.resolve(template) as Template,
        account: '111122223333',
        region: 'eu-west-1',
        parameters,
      },
    ],
    { managedPolicies: { AWSCloudFormationReadOnlyAccess: { Statement: [] } } },
  );
}

describe('the bootstrap stack of the CDK', () => {
  const access = bootstrap();

  test('has roles with the names other accounts know them by', () => {
    expect(access.principals().map(({ display }) => display)).toEqual([
      'FilePublishingRole',
      'ImagePublishingRole',
      'LookupRole',
      'CloudFormationExecutionRole',
      'DeploymentActionRole',
    ]);
    const name = 'cdk-hnb659fds-file-publishing-role-111122223333-eu-west-1';
    expect(access.names.find('FilePublishingRole').arns).toEqual([`arn:aws:iam::111122223333:role/${name}`]);
  });

  test('lets the publishing role write files, but no images and not past the account', () => {
    expect(access).toAllow('FilePublishingRole', 's3:PutObject', 'StagingBucket');
    expect(access).not.toAllow('FilePublishingRole', 's3:PutObject', 'StagingBucket', { 'aws:SecureTransport': false });
    expect(access).not.toAllow('FilePublishingRole', 'ecr:PutImage', 'ContainerAssetsRepository');
    expect(access).toAllow('ImagePublishingRole', 'ecr:PutImage', 'ContainerAssetsRepository');
    expect(access).not.toAllow('FilePublishingRole', 's3:PutObject', 'arn:aws:s3:::elsewhere/x');
  });

  test('lets deployments hand over one role only, and the account assume what it may', () => {
    expect(access).toAllow('DeploymentActionRole', 'iam:PassRole', 'CloudFormationExecutionRole');
    expect(access).toAllow('cloudformation.amazonaws.com', 'sts:AssumeRole', 'CloudFormationExecutionRole');
    const plain = { 'sts:ExternalId': null };
    expect(access).toAllow('111122223333', 'sts:AssumeRole', 'DeploymentActionRole', plain);
    expect(access).not.toAllow('444455556666', 'sts:AssumeRole', 'DeploymentActionRole', plain);
  });

  test('trusts the accounts it is given', () => {
    const trusting = bootstrap({ TrustedAccounts: '444455556666' });
    const pipeline = {
      principal: 'arn:aws:iam::444455556666:role/Pipeline',
      policies: [{ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' } }],
    };
    const plain = { 'sts:ExternalId': null };
    expect(trusting).toAllow(pipeline, 'sts:AssumeRole', 'DeploymentActionRole', plain);
    expect(trusting).not.toAllow(pipeline, 'sts:AssumeRole', 'DeploymentActionRole', { 'sts:ExternalId': 'x' });
    expect(access).not.toAllow(pipeline, 'sts:AssumeRole', 'DeploymentActionRole');
  });

  test('reads with a policy of AWS whose text is not known here, and says so', () => {
    expect(access.can('LookupRole', 's3:GetObject', 'StagingBucket').because).toEqual([
      'the text of the managed policy ReadOnlyAccess is not known here; give it as an option',
    ]);
    expect(access).not.toAllow('LookupRole', 'kms:Decrypt', 'arn:aws:kms:eu-west-1:111122223333:alias/x');
  });
});
