import { CliCredentialsStackSynthesizer, RemovalPolicy, Stack, type IPropertyInjector } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { GatewayVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { Bucket, type BucketProps } from 'aws-cdk-lib/aws-s3';
import { GatewayEndpoint } from '../../../lib/constructs/network/gateway-endpoint';
import { TieredNetwork } from '../../../lib/constructs/network/tiered-network';
import {
  EndpointLockedBucket,
  type EndpointLockedBucketProps,
} from '../../../lib/constructs/storage/endpoint-locked-bucket';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { AccessModel } from '../../../tools/access';
import '../../support/access';
import { testApp, testStack } from '../../support/app';
import type { CfnTemplate } from '../../support/architecture';

type Given = Partial<EndpointLockedBucketProps>;
function made(props: Given = {}, stack: Stack = testStack()) {
  const { vpc } = new TieredNetwork(stack, 'Network', {
    plan: { cidr: '10.16.0.0/16', zones: 2, tiers: [{ name: 'inner', access: 'isolated' }] },
    gatewayEndpoints: {},
  });
  const service = GatewayVpcEndpointAwsService.S3;
  const onlyThrough = new GatewayEndpoint(stack, 'Way', { vpc, service }).endpoint;
  new GatewayEndpoint(stack, 'Other', { vpc, service, subnets: [{ subnets: [vpc.isolatedSubnets[1]] }] });
  const logs = new LogBucket(stack, 'Logs', {});
  const locked = new EndpointLockedBucket(stack, 'Files', {
    onlyThrough,
    accessLogs: logs.bucket,
    accessLogPrefix: 'files/',
    ...props,
  });
  const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  locked.bucket.grantReadWrite(reader);
  return { stack, locked };
}

const modelOf = (stack: Stack) =>
  AccessModel.fromTemplates([
    {
      name: 'Stack',
      template: Template.fromStack(stack).toJSON() as CfnTemplate,
      account: '111122223333',
      region: 'eu-west-1',
    },
  ]);
const executor = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1';

describe('who gets at the objects', () => {
  const { stack } = made({ administrators: ['arn:aws:iam::111122223333:role/Keeper'] });
  const access = modelOf(stack);
  const administrator = (arn: string) => ({
    principal: arn,
    policies: [{ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }],
  });
  const by = (endpoint: string | null) => ({ 'aws:SourceVpce': endpoint });

  test('somebody with permissions, through the endpoint [network-endpoint-locked-bucket, storage-vpce-only-bucket]', () => {
    expect(access).toAllow('Reader', 's3:GetObject', 'Files/Bucket:report', by('Way/Endpoint'));
    expect(access).toAllow('Reader', 's3:ListBucket', 'Files/Bucket', by('Way/Endpoint'));
  });

  test('not the same one without it, nor through another [network-endpoint-locked-bucket, storage-vpce-only-bucket]', () => {
    for (const endpoint of [null, 'Other/Endpoint', 'vpce-0123456789abcdef0']) {
      expect(access).not.toAllow('Reader', 's3:GetObject', 'Files/Bucket:report', by(endpoint));
      expect(access).not.toAllow('Reader', 's3:ListBucket', 'Files/Bucket', by(endpoint));
    }
  });

  test('not an administrator of the account from a desk [network-endpoint-locked-bucket, storage-vpce-only-bucket]', () => {
    const someone = administrator('arn:aws:iam::111122223333:role/Admin');
    expect(access).toAllow(someone, 's3:GetObject', 'Files/Bucket:report', by('Way/Endpoint'));
    for (const action of ['s3:GetObject', 's3:PutObject'])
      expect(access).not.toAllow(someone, action, 'Files/Bucket:report', by(null));
    for (const action of ['s3:DeleteBucketPolicy', 's3:ListBucket', 's3:DeleteBucket'])
      expect(access).not.toAllow(someone, action, 'Files/Bucket', by(null));
  });

  test('the role that deploys, and whoever is named, from anywhere [network-endpoint-locked-bucket, storage-vpce-only-bucket]', () => {
    for (const arn of [executor, 'arn:aws:iam::111122223333:role/Keeper'])
      for (const action of ['s3:PutBucketPolicy', 's3:DeleteBucket'])
        expect(access).toAllow(administrator(arn), action, 'Files/Bucket', by(null));
  });
});

describe('EndpointLockedBucket', () => {
  test('the denial covers the bucket and its objects, and lets the deploying role through [network-endpoint-locked-bucket, storage-vpce-only-bucket]', () => {
    const { stack } = made();
    const deployer =
      'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-cfn-exec-role-${AWS::AccountId}-${AWS::Region}';
    const bucket = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Files'), 'Arn'] };
    Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Sid: 'OnlyThroughTheEndpoint',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:*',
            Resource: [bucket, { 'Fn::Join': ['', [bucket, '/*']] }],
            Condition: {
              StringNotEquals: { 'aws:SourceVpce': { Ref: Match.stringLikeRegexp('^Way') } },
              ArnNotLike: { 'aws:PrincipalArn': [{ 'Fn::Sub': deployer }] },
            },
          },
        ]),
      },
    });
  });

  test('what empties the bucket before it is destroyed comes through too', () => {
    const emptied: IPropertyInjector = {
      constructUniqueId: Bucket.PROPERTY_INJECTION_ID,
      inject: (props: BucketProps) => ({ ...props, removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }),
    };
    const { stack, locked } = made({}, new Stack(testApp(), 'Stack', { propertyInjectors: [emptied] }));
    expect(locked.exempt).toHaveLength(2);
    const access = modelOf(stack);
    const helper = 'Custom::S3AutoDeleteObjectsCustomResourceProvider/Role';
    for (const [action, resource] of [
      ['s3:ListBucket', 'Files/Bucket'],
      ['s3:DeleteObject', 'Files/Bucket:report'],
    ])
      expect(access).toAllow(helper, action, resource, { 'aws:SourceVpce': null });
  });

  test('fails when nobody would be left who can change it [storage-vpce-only-bucket]', () => {
    const stack = new Stack(testApp(), 'Stack', { synthesizer: new CliCredentialsStackSynthesizer() });
    expect(() => made({}, stack)).toThrow(
      'Stack/Files:\n  administrators are none, and this stack is deployed without a role of its own, so that nobody could change or delete the bucket again; name a role',
    );
  });

  test('fails when an administrator is everybody, or no role or user', () => {
    for (const arn of ['*', 'arn:aws:iam::111122223333:role/*', 'arn:aws:iam::111122223333:root', 'Admin'])
      expect(() => made({ administrators: [arn] })).toThrow(
        `Stack/Files:\n  administrators has ${arn}; give the ARN of a role or user, such as arn:aws:iam::111122223333:role/Administrator`,
      );
  });
});
