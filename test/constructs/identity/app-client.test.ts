import { Duration, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { OAuthScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import type { AppClientProps } from '../../../lib/constructs/identity/app-client';
import { SignIn } from '../../../lib/constructs/identity/sign-in';
import { templateOf, testStack } from '../../support/app';

const back = 'https://www.example.com/';
const application = (stack: Stack, props: Partial<AppClientProps> = {}) =>
  new SignIn(stack, 'People', { selfSignUp: true }).application('Page', { callbackUrls: [back], ...props });
const clientOf = (template: Template): Record<string, unknown> =>
  Object.values(template.findResources('AWS::Cognito::UserPoolClient'))[0].Properties as Record<string, unknown>;

describe('an application', () => {
  test('gets tokens by the authorisation code alone, and has no secret that a page could not keep [serverless-app-client]', () => {
    const client = clientOf(templateOf(application));

    expect(client).toMatchObject({
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      CallbackURLs: [back],
      LogoutURLs: [back],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      SupportedIdentityProviders: ['COGNITO'],
    });
    expect(client).not.toHaveProperty('GenerateSecret');
  });

  test('the default client of the CDK puts tokens into addresses and sends people to example.com [serverless-app-client]', () => {
    const client = clientOf(templateOf((stack) => new UserPool(stack, 'Pool').addClient('Client')));
    expect(client.AllowedOAuthFlows).toEqual(['implicit', 'code']);
    expect(client.CallbackURLs).toEqual(['https://example.com']);
  });

  test('keeps tokens for an hour and people for a month, or as told', () => {
    expect(clientOf(templateOf(application))).toMatchObject({
      AccessTokenValidity: 60,
      IdTokenValidity: 60,
      RefreshTokenValidity: 43_200,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
    });
    const told = { tokenValidity: Duration.minutes(5), sessionValidity: Duration.hours(1) };
    expect(clientOf(templateOf((stack) => application(stack, told)))).toMatchObject({
      AccessTokenValidity: 5,
      RefreshTokenValidity: 60,
    });
  });

  test('lets an operator sign users in from a command line only where told to', () => {
    const client = clientOf(templateOf((stack) => application(stack, { operatorSignIn: true })));
    expect(client.ExplicitAuthFlows).toEqual(['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
  });

  test('asks for scopes of its own and shows pages of its own look', () => {
    const look = { components: { form: { borderRadius: 4 } } };
    const template = templateOf((stack) => application(stack, { scopes: [OAuthScope.custom('videos/read')], look }));
    expect(clientOf(template).AllowedOAuthScopes).toContain('videos/read');
    template.hasResourceProperties('AWS::Cognito::ManagedLoginBranding', { Settings: look });
  });

  test('takes localhost and names that are known only when deployed', () => {
    const template = templateOf((stack) => {
      const site = new Distribution(stack, 'Site', { defaultBehavior: { origin: new HttpOrigin('www.example.com') } });
      application(stack, {
        callbackUrls: [
          `https://${site.domainName}/`,
          'http://localhost:3000/',
          'http://localhost',
          'videos://signed-in',
        ],
      });
    });
    expect(clientOf(template).CallbackURLs).toHaveLength(4);
  });
});

const refused: [string, Partial<AppClientProps>, string][] = [
  [
    'there is no callback',
    { callbackUrls: [] },
    'callbackUrls is empty; give the address of the page people come back to',
  ],
  [
    'a code travels in the clear',
    { callbackUrls: ['http://www.example.com/'] },
    'callbackUrls has http://www.example.com/, over which anybody on the way reads the code; give https, or http on localhost alone',
  ],
  [
    'a name only begins like localhost',
    { logoutUrls: ['http://localhost.example.com/'] },
    'logoutUrls has http://localhost.example.com/, over which anybody on the way',
  ],
  [
    'a callback has a wildcard',
    { callbackUrls: ['https://*.example.com/'] },
    'callbackUrls has https://*.example.com/; give one address in full, without wildcard, fragment or space',
  ],
  [
    'a callback is no address',
    { callbackUrls: ['www.example.com'] },
    'callbackUrls has www.example.com; give an address in full, such as https://www.example.com/',
  ],
  [
    'a token is good for more than a day',
    { tokenValidity: Duration.hours(25) },
    'tokenValidity is 1 day 1 hour; give 5 minutes to 1 day',
  ],
  [
    'a session ends before its tokens',
    { tokenValidity: Duration.hours(2), sessionValidity: Duration.hours(1) },
    'sessionValidity is 1 hour, shorter than the 2 hours of a token; raise it, or lower tokenValidity',
  ],
];
test.each(refused)('fails when %s [serverless-app-client]', (_, props, message) => {
  expect(() => application(testStack(), props)).toThrow(`Stack/People/Page:\n  ${message}`);
});

test('fails when a name known only at deployment is to be called in the clear [serverless-app-client]', () => {
  const stack = testStack();
  const site = new Distribution(stack, 'Site', { defaultBehavior: { origin: new HttpOrigin('www.example.com') } });
  expect(() => application(stack, { callbackUrls: [`http://${site.domainName}/`] })).toThrow(
    /over which anybody on the way reads the code/,
  );
});

test('the CDK itself refuses machine credentials beside the code, and access tokens of more than a day [serverless-app-client]', () => {
  const pool = new UserPool(testStack(), 'Pool');
  expect(() =>
    pool.addClient('Both', { oAuth: { flows: { clientCredentials: true, authorizationCodeGrant: true } } }),
  ).toThrow(/clientCredentials OAuth flow cannot be selected along with codeGrant/);
  expect(() => pool.addClient('Long', { accessTokenValidity: Duration.hours(25) })).toThrow(
    /accessTokenValidity: Must be a duration between 5 minutes and 1 day/,
  );
});
