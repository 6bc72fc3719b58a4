import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SignIn, type SignInProps } from '../../../lib/constructs/identity/sign-in';
import { templateOf, testStack } from '../../support/app';

const signIn = (stack: Stack, props: Partial<SignInProps> = {}): SignIn =>
  new SignIn(stack, 'People', { selfSignUp: true, ...props });
const poolOf = (template: Template): Record<string, any> =>
  Object.values(template.findResources('AWS::Cognito::UserPool'))[0].Properties as Record<string, any>;

describe('a pool of people', () => {
  test('asks for a long password and an authenticator app, and recovers by e-mail only [serverless-user-pool]', () => {
    const pool = poolOf(templateOf((stack) => signIn(stack)));

    expect(pool.Policies.PasswordPolicy).toEqual({
      MinimumLength: 12,
      RequireLowercase: true,
      RequireUppercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 3,
    });
    expect([pool.MfaConfiguration, pool.EnabledMfas]).toEqual(['ON', ['SOFTWARE_TOKEN_MFA']]);
    expect(pool.AccountRecoverySetting).toEqual({ RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] });
  });

  test.each([
    [true, false],
    [false, true],
  ])('says itself whether people may sign up: %s [serverless-user-pool]', (selfSignUp, invitedOnly) => {
    const pool = poolOf(templateOf((stack) => signIn(stack, { selfSignUp })));
    expect(pool.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: invitedOnly });
  });

  test('gives nobody access to AWS: there is no pool of identities and no role [serverless-user-pool]', () => {
    const template = templateOf((stack) => signIn(stack));
    template.resourceCountIs('AWS::Cognito::IdentityPool', 0);
    template.resourceCountIs('AWS::IAM::Role', 0);
  });

  test('refuses to be deleted where told to [serverless-user-pool]', () => {
    expect(poolOf(templateOf((stack) => signIn(stack, { deletionProtection: true }))).DeletionProtection).toBe(
      'ACTIVE',
    );
    expect(poolOf(templateOf((stack) => signIn(stack))).DeletionProtection).toBe('INACTIVE');
  });

  test('knows people by their address in any case, and keeps the old one until the new one is proved', () => {
    const pool = poolOf(templateOf((stack) => signIn(stack)));
    expect(pool.UsernameAttributes).toEqual(['email']);
    expect(pool.UsernameConfiguration).toEqual({ CaseSensitive: false });
    expect(pool.UserAttributeUpdateSettings).toEqual({ AttributesRequireVerificationBeforeUpdate: ['email'] });
  });

  test('rates the risk of sign-ins where told to, which takes the tier above', () => {
    const [plain, guarded] = [false, true].map((threatProtection) =>
      poolOf(templateOf((stack) => signIn(stack, { threatProtection }))),
    );
    expect([plain.UserPoolTier, plain.UserPoolAddOns]).toEqual(['ESSENTIALS', undefined]);
    expect([guarded.UserPoolTier, guarded.UserPoolAddOns]).toEqual(['PLUS', { AdvancedSecurityMode: 'ENFORCED' }]);
  });

  test('lets people do without a second factor only for a reason', () => {
    const pool = poolOf(templateOf((stack) => signIn(stack, { optionalSecondFactor: { reason: 'Readers only.' } })));
    expect(pool.MfaConfiguration).toBe('OPTIONAL');
    expect(() => signIn(testStack(), { optionalSecondFactor: { reason: ' ' } })).toThrow(
      /Stack\/People:\n {2}optionalSecondFactor.reason is empty; say why/,
    );
  });

  test('has groups with a precedence and a role', () => {
    const template = templateOf((stack) => {
      const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      signIn(stack).group('Editors', { description: 'May publish', precedence: 0, role });
    });
    template.hasResourceProperties('AWS::Cognito::UserPoolGroup', {
      GroupName: 'Editors',
      Precedence: 0,
      RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Role'), 'Arn'] },
    });
  });
});

test.each([11, 100, 12.5])('fails when passwords may have %s characters at least [serverless-user-pool]', (length) => {
  expect(() => signIn(testStack(), { minimumPasswordLength: length })).toThrow(
    `Stack/People:\n  minimumPasswordLength is ${length}; give a whole number from 12 to 99`,
  );
});

test.each([5, 100])('the CDK itself refuses passwords of %s characters only [serverless-user-pool]', (minLength) => {
  expect(() => new UserPool(testStack(), 'Pool', { passwordPolicy: { minLength } })).toThrow(
    /minLength for password must be between 6 and 99/,
  );
});

test('fails when a group has no possible precedence', () => {
  const people = signIn(testStack());
  expect(() => people.group('Editors', { description: 'May publish', precedence: -1 })).toThrow(
    'group Editors: precedence is -1; give a whole number from 0 to 2147483647',
  );
});

test('two pools of a stack have pages of different names', () => {
  const template = templateOf((stack) => [
    signIn(stack),
    new SignIn(stack, 'Staff', { selfSignUp: false }).application('Desk', {
      callbackUrls: ['https://desk.example.com/'],
      tokenValidity: Duration.minutes(5),
    }),
  ]);
  const domains = Object.values(template.findResources('AWS::Cognito::UserPoolDomain'));
  expect(
    new Set(domains.map(({ Properties }) => JSON.stringify((Properties as { Domain: unknown }).Domain))).size,
  ).toBe(2);
});
