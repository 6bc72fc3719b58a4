import { SecretValue, type Stack } from 'aws-cdk-lib';
import { ProviderAttribute } from 'aws-cdk-lib/aws-cognito';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SignIn } from '../../../lib/constructs/identity/sign-in';
import { SignInProvider, type RegisteredApp } from '../../../lib/constructs/identity/sign-in-provider';
import { templateOf, testStack } from '../../support/app';

const registered: RegisteredApp = { clientId: 'groundplan', clientSecret: SecretValue.secretsManager('sign-in') };
const resolved = '{{resolve:secretsmanager:sign-in:SecretString:::}}';
const issuerUrl = 'https://login.example.com';
const metadataUrl = 'https://directory.example.com/metadata.xml';

const people = (stack: Stack, ...providers: SignInProvider[]): SignIn =>
  new SignIn(stack, 'People', { selfSignUp: true, providers });
const withApplication = (provider: SignInProvider) =>
  templateOf((stack) => people(stack, provider).application('Page', { callbackUrls: ['https://www.example.com/'] }));

const parties: [string, SignInProvider, object][] = [
  [
    'Google',
    SignInProvider.google(registered),
    { ProviderType: 'Google', AttributeMapping: { email: 'email', email_verified: 'email_verified', name: 'name' } },
  ],
  [
    'Facebook',
    SignInProvider.facebook(registered),
    { ProviderType: 'Facebook', AttributeMapping: { email: 'email', name: 'name' } },
  ],
  [
    'Amazon',
    SignInProvider.amazon(registered),
    { ProviderType: 'LoginWithAmazon', AttributeMapping: { email: 'email', name: 'name' } },
  ],
  [
    'OpenID Connect',
    SignInProvider.oidc({ ...registered, name: 'Partner', issuerUrl }),
    { ProviderType: 'OIDC', ProviderName: 'Partner' },
  ],
];

test.each(parties)(
  'people sign in with %s, by a secret that the template only refers to [serverless-federated-sign-in]',
  (_, provider, expected) => {
    const template = withApplication(provider);
    template.hasResourceProperties('AWS::Cognito::UserPoolIdentityProvider', {
      ...expected,
      ProviderDetails: { client_id: 'groundplan', client_secret: resolved },
    });
    const [providerId] = Object.keys(template.findResources('AWS::Cognito::UserPoolIdentityProvider'));
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      SupportedIdentityProviders: ['COGNITO', { Ref: providerId }],
    });
  },
);

test('people of a company sign in by SAML, which needs no secret [serverless-federated-sign-in]', () => {
  withApplication(SignInProvider.saml({ name: 'Company', metadataUrl })).hasResourceProperties(
    'AWS::Cognito::UserPoolIdentityProvider',
    {
      ProviderType: 'SAML',
      ProviderName: 'Company',
      ProviderDetails: { MetadataURL: metadataUrl, IDPSignout: true },
      AttributeMapping: { email: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress' },
    },
  );
});

test("a secret of the stack and attributes of one's own do as well", () => {
  templateOf((stack) =>
    people(
      stack,
      SignInProvider.google({
        clientId: 'groundplan',
        clientSecret: new Secret(stack, 'Secret').secretValueFromJson('google'),
        attributes: { email: ProviderAttribute.GOOGLE_EMAIL },
      }),
    ),
  ).hasResourceProperties('AWS::Cognito::UserPoolIdentityProvider', { AttributeMapping: { email: 'email' } });
});

const literal = { clientId: 'groundplan', clientSecret: SecretValue.unsafePlainText('hunter2') };
const fromParameter = { clientId: 'groundplan', clientSecret: SecretValue.ssmSecure('/sign-in/google') };
const refused: [string, SignInProvider[], string][] = [
  [
    'a secret is written out',
    [SignInProvider.google(literal)],
    'providers has Google, whose clientSecret is no reference to Secrets Manager, so that the template would show it; give SecretValue.secretsManager(…)',
  ],
  [
    'a secret is where identity providers cannot resolve it',
    [SignInProvider.facebook(fromParameter)],
    'providers has Facebook, whose clientSecret is no reference to Secrets Manager',
  ],
  [
    'a party comes twice',
    [SignInProvider.google(registered), SignInProvider.google(registered)],
    'providers has Google twice; a pool takes each once',
  ],
  [
    'an issuer is called in the clear',
    [SignInProvider.oidc({ ...registered, name: 'Partner', issuerUrl: 'http://login.example.com' })],
    'providers has Partner, whose issuerUrl is http://login.example.com; give an address that begins with https://',
  ],
  [
    'metadata come in the clear',
    [SignInProvider.saml({ name: 'Company', metadataUrl: 'http://directory.example.com/' })],
    'providers has Company, whose metadataUrl is http://directory.example.com/; give an address',
  ],
  [
    'a name is too short',
    [SignInProvider.saml({ name: 'us', metadataUrl })],
    'providers has the name "us"; give 3 to 32 letters, digits, and single hyphens or points between them',
  ],
  [
    "a name is one of Cognito's own",
    [SignInProvider.oidc({ ...registered, name: 'Google', issuerUrl })],
    'providers has the name Google, which Cognito keeps for its own; choose another',
  ],
];
test.each(refused)('fails when %s [serverless-federated-sign-in]', (_, providers, message) => {
  expect(() => people(testStack(), ...providers)).toThrow(`Stack/People:\n  ${message}`);
});

test('the message of a secret written out does not show it', () => {
  const shown = () => people(testStack(), SignInProvider.google(literal));
  expect(shown).toThrow(/clientSecret/);
  expect(shown).not.toThrow(/hunter2/);
});
