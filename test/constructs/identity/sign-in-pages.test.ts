import type { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { SignIn } from '../../../lib/constructs/identity/sign-in';
import { SignInPages } from '../../../lib/constructs/identity/sign-in-pages';
import { templateOf, testStack } from '../../support/app';

const people = (stack: Stack, pages?: SignInPages): SignIn =>
  new SignIn(stack, 'People', { selfSignUp: true, ...(pages && { pages }) });
const certificateOf = (region: string, stack: Stack) =>
  Certificate.fromCertificateArn(stack, 'Certificate', `arn:aws:acm:${region}:111122223333:certificate/1a2b`);
const ownDomain = (stack: Stack, region = 'us-east-1', domainName = 'login.example.com') =>
  SignInPages.domain({ domainName, certificate: certificateOf(region, stack) });

test('pages are on a prefix that no other stack has, unless one is given [serverless-sign-in-pages]', () => {
  const unique = templateOf((stack) => people(stack));
  unique.hasResourceProperties('AWS::Cognito::UserPoolDomain', {
    ManagedLoginVersion: 2,
    Domain: {
      'Fn::Join': [
        '',
        [
          Match.stringLikeRegexp('^login-[0-9a-f]{8}-$'),
          { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] },
        ],
      ],
    },
  });
});

test("on a prefix, the pages stand below the region's name [serverless-sign-in-pages]", () => {
  const stack = testStack();
  const { pagesUrl } = people(stack, SignInPages.prefix('video-portal'));
  expect(JSON.stringify(stack.resolve(pagesUrl))).toMatch(/\.auth\..*amazoncognito\.com/);
});

test("on a name of one's own, they bring a certificate and a record [serverless-sign-in-pages]", () => {
  const template = templateOf((stack) =>
    people(
      stack,
      SignInPages.domain({
        domainName: 'login.example.com',
        certificate: certificateOf('us-east-1', stack),
        hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
          zoneName: 'example.com',
          hostedZoneId: 'Z012345',
        }),
      }),
    ),
  );
  const [id] = Object.keys(template.findResources('AWS::Cognito::UserPoolDomain'));
  template.hasResourceProperties('AWS::Cognito::UserPoolDomain', {
    Domain: 'login.example.com',
    CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b' },
  });
  template.hasResourceProperties('AWS::Route53::RecordSet', {
    Name: 'login.example.com.',
    Type: 'A',
    AliasTarget: { DNSName: { 'Fn::GetAtt': [id, 'CloudFrontDistribution'] } },
  });
});

const refused: [string, (stack: Stack) => SignInPages, string][] = [
  [
    'a prefix has capital letters',
    () => SignInPages.prefix('Portal'),
    'pages has the prefix Portal; give 1 to 63 small letters, digits and hyphens, with no hyphen at either end',
  ],
  [
    'a prefix is too long',
    () => SignInPages.prefix('a'.repeat(64)),
    `pages has the prefix ${'a'.repeat(64)}; give 1 to 63`,
  ],
  ['a prefix ends in a hyphen', () => SignInPages.prefix('portal-'), 'pages has the prefix portal-; give 1 to 63'],
  ...['my-aws-portal', 'amazonian', 'cognito1'].map((prefix): [string, () => SignInPages, string] => [
    `a prefix is ${prefix}`,
    () => SignInPages.prefix(prefix),
    `pages has the prefix ${prefix}, in which Cognito does not allow ${/aws|amazon|cognito/.exec(prefix)![0]}; choose another word`,
  ]),
  [
    'a certificate is of another region',
    (stack) => ownDomain(stack, 'eu-west-1'),
    'pages has a certificate of eu-west-1; CloudFront serves the pages, so ask for one in us-east-1',
  ],
  [
    'a domain has none above it',
    (stack) => ownDomain(stack, 'us-east-1', 'example.com'),
    'pages has the domain example.com, which has no name above it that could have an address; give one such as login.example.com',
  ],
];
test.each(refused)('fails when %s [serverless-sign-in-pages]', (_, pages, message) => {
  const stack = testStack();
  expect(() => people(stack, pages(stack))).toThrow(`Stack/People:\n  ${message}`);
});

test('the CDK itself refuses capital letters in a prefix, and takes the words Cognito keeps [serverless-sign-in-pages]', () => {
  const pool = new UserPool(testStack(), 'Pool');
  expect(() => pool.addDomain('Loud', { cognitoDomain: { domainPrefix: 'Portal' } })).toThrow(/only lowercase/);
  expect(() => pool.addDomain('Reserved', { cognitoDomain: { domainPrefix: 'my-aws-portal' } })).not.toThrow();
});
