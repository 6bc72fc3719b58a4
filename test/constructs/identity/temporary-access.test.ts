import type { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { IdentityPool } from 'aws-cdk-lib/aws-cognito-identitypool';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { OpenIdConnectProvider, SamlMetadataDocument, SamlProvider } from 'aws-cdk-lib/aws-iam';
import { DocumentTable } from '../../../lib/constructs/data/document-table';
import { SignIn } from '../../../lib/constructs/identity/sign-in';
import { TemporaryAccess } from '../../../lib/constructs/identity/temporary-access';
import { TokenSource } from '../../../lib/constructs/identity/token-source';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { PrivateBucket } from '../../../lib/constructs/storage/private-bucket';
import { AccessModel } from '../../../tools/access';
import '../../support/access';
import { templateOf, testStack } from '../../support/app';

const googleId = '1234-abcd.apps.googleusercontent.com';

class Portal {
  readonly people: SignIn;
  readonly access: TemporaryAccess;
  readonly uploads: PrivateBucket;

  constructor(
    readonly stack: Stack,
    others: readonly TokenSource[] = [],
  ) {
    this.people = new SignIn(stack, 'People', { selfSignUp: true });
    const page = this.people.application('Page', { callbackUrls: ['https://www.example.com/'] });
    this.access = new TemporaryAccess(stack, 'Access', { sources: [TokenSource.application(page), ...others] });
    const { bucket: accessLogs } = new LogBucket(stack, 'Logs', { writtenByBuckets: true });
    this.uploads = new PrivateBucket(stack, 'Uploads', { accessLogs, accessLogPrefix: 'uploads/' });
  }

  allowAll(): void {
    this.access.allowOwnObjects(this.uploads.bucket, 'uploads/', ['s3:PutObject', 's3:GetObject']);
    const table = new DocumentTable(this.stack, 'Notes', {
      partitionKey: { name: 'owner', type: AttributeType.STRING },
    });
    this.access.allowOwnItems(table.table, ['dynamodb:Query', 'dynamodb:PutItem']);
  }
}

const portal = (build: (portal: Portal) => void = () => undefined, others: readonly TokenSource[] = []): Template =>
  templateOf((stack) => build(new Portal(stack, others)));
const roleOf = (template: Template, description: string): Record<string, any> =>
  Object.values(template.findResources('AWS::IAM::Role', { Properties: { Description: description } }))[0]
    .Properties as Record<string, any>;

const ada = 'us-east-1:1111aaaa-1111-1111-1111-111111111111';
const bob = 'us-east-1:2222bbbb-2222-2222-2222-222222222222';
const as = (identity: string) => ({ 'cognito-identity.amazonaws.com:sub': identity });

describe('credentials for who signed in', () => {
  const template = portal((one) => one.allowAll());
  const access = AccessModel.fromTemplates({ Stack: template.toJSON() as never });
  const people = 'Access/Role';

  test('are given by this pool of identities to who proved who they are, and to nobody else [serverless-identity-pool]', () => {
    const token = (audience: string, ...amr: string[]) => ({
      'cognito-identity.amazonaws.com:aud': audience,
      'cognito-identity.amazonaws.com:amr': amr,
    });
    const swap = ['cognito-identity.amazonaws.com', 'sts:AssumeRoleWithWebIdentity', people] as const;

    expect(access).toAllow(...swap, token('Access/Identities', 'authenticated', 'accounts.google.com'));
    expect(access).not.toAllow(...swap, token('Access/Identities', 'unauthenticated'));
    expect(access).not.toAllow(...swap, token('us-east-1:somebody-elses-pool', 'authenticated'));
    expect(access).not.toAllow('accounts.google.com', swap[1], swap[2], token('Access/Identities', 'authenticated'));
  });

  test('reach the objects of their holder and of nobody else [serverless-identity-pool]', () => {
    expect(access).toAllow(people, 's3:PutObject', `Uploads/Bucket:uploads/${ada}/cat.mp4`, as(ada));
    for (const key of [`uploads/${bob}/cat.mp4`, `uploads/${ada}x/cat.mp4`, 'uploads/cat.mp4', `${ada}/cat.mp4`]) {
      expect(access).not.toAllow(people, 's3:PutObject', `Uploads/Bucket:${key}`, as(ada));
      expect(access).not.toAllow(people, 's3:GetObject', `Uploads/Bucket:${key}`, as(ada));
    }
    expect(access).not.toAllow(people, 's3:DeleteObject', `Uploads/Bucket:uploads/${ada}/cat.mp4`, as(ada));
    expect(access).not.toAllow(people, 's3:ListBucket', 'Uploads/Bucket', as(ada));
  });

  test('reach the items of their holder and of nobody else, and no request that names none [serverless-identity-pool]', () => {
    const keys = (...owners: string[]) => ({ ...as(ada), 'dynamodb:LeadingKeys': owners });

    expect(access).toAllow(people, 'dynamodb:PutItem', 'Notes/Table', keys(ada));
    expect(access).not.toAllow(people, 'dynamodb:PutItem', 'Notes/Table', keys(bob));
    expect(access).not.toAllow(people, 'dynamodb:Query', 'Notes/Table', keys(ada, bob));
    expect(access).not.toAllow(people, 'dynamodb:Query', 'Notes/Table', { ...as(ada), 'dynamodb:LeadingKeys': null });
    expect(access).not.toAllow(people, 'dynamodb:Scan', 'Notes/Table', keys(ada));
  });

  test('are for nobody who did not sign in: no guests, no role for them, no choice of a role [serverless-identity-pool]', () => {
    template.hasResourceProperties('AWS::Cognito::IdentityPool', {
      AllowUnauthenticatedIdentities: false,
      AllowClassicFlow: false,
    });
    template.hasResourceProperties('AWS::Cognito::IdentityPoolRoleAttachment', {
      Roles: { authenticated: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AccessRole'), 'Arn'] } },
      RoleMappings: Match.absent(),
    });
    const [attached] = Object.values(template.findResources('AWS::Cognito::IdentityPoolRoleAttachment'));
    expect(Object.keys((attached.Properties as { Roles: object }).Roles)).toEqual(['authenticated']);
  });

  test('the pool of the CDK brings a role for guests even when they are off [serverless-identity-pool]', () => {
    const byHand = templateOf((stack) => new IdentityPool(stack, 'Pool', { allowUnauthenticatedIdentities: false }));
    const [attached] = Object.values(byHand.findResources('AWS::Cognito::IdentityPoolRoleAttachment'));
    expect(Object.keys((attached.Properties as { Roles: object }).Roles)).toContain('unauthenticated');
  });
});

describe('where tokens come from', () => {
  test('the application of a pool of users, whose sign-outs count at once [serverless-identity-pool]', () => {
    portal().hasResourceProperties('AWS::Cognito::IdentityPool', {
      CognitoIdentityProviders: [
        {
          ClientId: { Ref: Match.stringLikeRegexp('^PeoplePage') },
          ProviderName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PeoplePool'), 'ProviderName'] },
          ServerSideTokenCheck: true,
        },
      ],
      SupportedLoginProviders: Match.absent(),
    });
  });

  test('Google and Facebook, with nothing in between [serverless-identity-pool]', () => {
    portal(undefined, [TokenSource.google(googleId), TokenSource.facebook('1234')]).hasResourceProperties(
      'AWS::Cognito::IdentityPool',
      { SupportedLoginProviders: { 'accounts.google.com': googleId, 'graph.facebook.com': '1234' } },
    );
  });

  test('directories by SAML and OpenID Connect [serverless-identity-pool]', () => {
    const template = templateOf((stack) => {
      const directory = new SamlProvider(stack, 'Directory', {
        metadataDocument: SamlMetadataDocument.fromXml('<x/>'),
      });
      const partner = OpenIdConnectProvider.fromOpenIdConnectProviderArn(
        stack,
        'Partner',
        'arn:aws:iam::111122223333:oidc-provider/login.example.com',
      );
      new TemporaryAccess(stack, 'Access', { sources: [TokenSource.saml(directory), TokenSource.openId(partner)] });
    });
    template.hasResourceProperties('AWS::Cognito::IdentityPool', {
      SamlProviderARNs: [{ Ref: Match.stringLikeRegexp('^Directory') }],
      OpenIdConnectProviderARNs: ['arn:aws:iam::111122223333:oidc-provider/login.example.com'],
    });
  });
});

describe('groups', () => {
  const grouped = (one: Portal) => {
    const role = one.access.group(one.people, 'Moderators', { description: 'May look at everything', precedence: 0 });
    one.access.group(one.people, 'Authors', { description: 'May upload', precedence: 1 });
    one.access.allowOwnObjects(one.uploads.bucket, 'uploads/', ['s3:DeleteObject'], role);
  };

  test('give their members a role by the one token of the pool, and who is in none gets nothing [serverless-token-normalised]', () => {
    const template = portal(grouped);
    template.hasResourceProperties('AWS::Cognito::IdentityPoolRoleAttachment', {
      RoleMappings: {
        Application0: {
          Type: 'Token',
          AmbiguousRoleResolution: 'Deny',
          IdentityProvider: {
            'Fn::Join': [
              '',
              [
                { 'Fn::GetAtt': [Match.stringLikeRegexp('^PeoplePool'), 'ProviderName'] },
                ':',
                { Ref: Match.stringLikeRegexp('^PeoplePage') },
              ],
            ],
          },
        },
      },
    });
    template.hasResourceProperties('AWS::Cognito::UserPoolGroup', {
      GroupName: 'Moderators',
      Precedence: 0,
      RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AccessModeratorsRole'), 'Arn'] },
    });
    expect(roleOf(template, 'Members of Moderators').AssumeRolePolicyDocument).toEqual(
      roleOf(template, 'Signed in').AssumeRolePolicyDocument,
    );
  });

  test('have rights of their own [serverless-token-normalised]', () => {
    const access = AccessModel.fromTemplates({ Stack: portal(grouped).toJSON() as never });
    const own = `Uploads/Bucket:uploads/${ada}/cat.mp4`;
    expect(access).toAllow('Access/ModeratorsRole', 's3:DeleteObject', own, as(ada));
    expect(access).not.toAllow('Access/AuthorsRole', 's3:DeleteObject', own, as(ada));
    expect(access).not.toAllow('Access/Role', 's3:DeleteObject', own, as(ada));
  });

  test('fail when people also come past the pool that knows them [serverless-token-normalised]', () => {
    const one = new Portal(testStack(), [TokenSource.google(googleId)]);
    expect(() => grouped(one)).toThrow(
      'Stack/Access:\n  group Moderators: sources has Google besides the pool that knows the group; let people come through that pool alone',
    );
  });

  test('fail when two count the same, as who is in both would get nothing [serverless-token-normalised]', () => {
    const one = new Portal(testStack());
    grouped(one);
    expect(() => one.access.group(one.people, 'Guests', { description: 'May look', precedence: 1 })).toThrow(
      'group Guests: precedence is 1, as that of Authors, and somebody in both would get nothing; give each its own',
    );
  });
});

const refused: [string, TokenSource[], string][] = [
  [
    'nobody vouches for anybody',
    [],
    'sources is empty, so that nobody could get credentials; name one, such as TokenSource.application(…)',
  ],
  [
    'an id is none of Google',
    [TokenSource.google('1234')],
    'sources has Google with the id "1234"; one of Google ends in .apps.googleusercontent.com',
  ],
  [
    'an id is none of Facebook',
    [TokenSource.facebook('groundplan')],
    'sources has Facebook with the id "groundplan"; one of Facebook is made of digits',
  ],
  [
    'two applications of Google are meant',
    [TokenSource.google(googleId), TokenSource.google(`x${googleId}`)],
    'sources has Google twice, but a pool knows one application of it; leave one out',
  ],
];
test.each(refused)('fails when %s [serverless-identity-pool]', (_, sources, message) => {
  expect(() => new TemporaryAccess(testStack(), 'Access', { sources })).toThrow(`Stack/Access:\n  ${message}`);
});

test.each([
  ['uploads', 'prefix is uploads; end it in / and leave wildcards out, as in uploads/'],
  ['up*/', 'prefix is up*/; end it in /'],
])('fails when the prefix %s would let people out of their own place', (prefix, message) => {
  const { access, uploads } = new Portal(testStack());
  expect(() => access.allowOwnObjects(uploads.bucket, prefix, ['s3:PutObject'])).toThrow(message);
});

test('fails when it is not said what people may do', () => {
  const { access, uploads } = new Portal(testStack());
  expect(() => access.allowOwnObjects(uploads.bucket, 'uploads/', [])).toThrow(
    'actions is empty; name what people may do',
  );
});
