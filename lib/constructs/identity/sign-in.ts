import { Duration, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  StandardThreatProtectionMode,
  UserPool,
  UserPoolGroup,
  type IUserPool,
  type IUserPoolIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { AppClient, type AppClientProps } from './app-client';
import { SignInPages } from './sign-in-pages';
import type { SignInProvider } from './sign-in-provider';

export interface SignInProps {
  /** Whether anybody may make an account with an e-mail address, or only those whom an operator invites. */
  readonly selfSignUp: boolean;
  /**
   * Lets people do without a second factor, and why that is right here, in a sentence that would convince a stranger.
   * @default - everybody has an authenticator app
   */
  readonly optionalSecondFactor?: { readonly reason: string };
  /**
   * How long a password is at least, 12 to 99 characters, with small and capital letters, digits and symbols.
   * @default 12
   */
  readonly minimumPasswordLength?: number;
  /**
   * Whether Cognito rates the risk of each sign-in and asks or blocks, and knows leaked passwords. It takes the Plus tier,
   * which is billed for each user who comes in a month, from the first.
   * @default false
   */
  readonly threatProtection?: boolean;
  /**
   * Where people sign in.
   * @default SignInPages.unique()
   */
  readonly pages?: SignInPages;
  /**
   * Other parties that sign people in, besides the pool's own passwords.
   * @default - none
   */
  readonly providers?: readonly SignInProvider[];
  /**
   * Whether the pool refuses to be deleted. Its users cannot be restored.
   * @default false
   */
  readonly deletionProtection?: boolean;
}

export interface SignInGroup {
  /** What its members are, for the console. */
  readonly description: string;
  /**
   * Which group counts for somebody in several, 0 before 1. Two with the same count for nobody.
   * @default - after all that have one
   */
  readonly precedence?: number;
  /**
   * The role that credentials of its members carry, where `TemporaryAccess` gives some.
   * @default - none
   */
  readonly role?: IRole;
}

/**
 * A directory of people who sign up, sign in with a second factor and get tokens. A token opens an API that asks for it; it is
 * no access to AWS, for which somebody would have to swap it (`TemporaryAccess`).
 *
 * @claims serverless-user-pool
 */
export class SignIn extends Construct {
  readonly pool: IUserPool;
  /** Where the pages are: what people are sent to begins with it. */
  readonly pagesUrl: string;
  /** Who tokens say they are from. */
  readonly issuer: string;
  private readonly providers: readonly IUserPoolIdentityProvider[];

  constructor(scope: Construct, id: string, props: SignInProps) {
    super(scope, id);
    const { selfSignUp, minimumPasswordLength = 12, threatProtection = false, deletionProtection = false } = props;
    const { pages = SignInPages.unique(), providers = [], optionalSecondFactor } = props;
    const names = providers.map(({ name }) => name);
    refuse(this, [
      outsideRange('minimumPasswordLength', minimumPasswordLength, 12, 99),
      optionalSecondFactor?.reason.trim() === '' &&
        'optionalSecondFactor.reason is empty; say why a password alone is enough, or leave it out',
      ...names
        .filter((name, i) => names.indexOf(name) !== i)
        .map((name) => `providers has ${name} twice; a pool takes each once`),
      ...providers.flatMap((provider) => provider.faults(this)),
      ...pages.faults(),
    ]);

    const pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: selfSignUp,
      signInAliases: { email: true },
      // Left out, Ada@example.com and ada@example.com would be two people.
      signInCaseSensitive: false,
      standardAttributes: { email: { required: true, mutable: true } },
      autoVerify: { email: true },
      keepOriginal: { email: true },
      passwordPolicy: {
        minLength: minimumPasswordLength,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: optionalSecondFactor ? Mfa.OPTIONAL : Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: threatProtection ? FeaturePlan.PLUS : FeaturePlan.ESSENTIALS,
      ...(threatProtection && { standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION }),
      deletionProtection,
    });
    if (optionalSecondFactor) {
      Validations.of(pool).acknowledge({ id: 'AwsSolutions::AwsSolutions-COG2', reason: optionalSecondFactor.reason });
    }
    if (!threatProtection) {
      Validations.of(pool).acknowledge({
        id: 'AwsSolutions::AwsSolutions-COG8',
        reason: optionalSecondFactor
          ? 'The Plus tier is billed for every user from the first; here passwords are long, tries are slowed down, and people may add an authenticator app, which a leaked password does not pass.'
          : 'The Plus tier is billed for every user from the first, to rate the risk of a sign-in; here each one needs the code of an authenticator app, which a leaked password does not pass.',
      });
    }
    this.pool = pool;
    this.issuer = pool.userPoolProviderUrl;
    this.providers = providers.map((provider) => provider.bind(this, pool));
    this.pagesUrl = pages.bind(this, pool).baseUrl();
  }

  /** Lets an application send people here. */
  application(id: string, props: AppClientProps): AppClient {
    return new AppClient(this, id, { ...props, pool: this.pool, providers: this.providers });
  }

  /** A group of people, named in their tokens. */
  group(groupName: string, { description, precedence, role }: SignInGroup): void {
    refuse(this, [outsideRange(`group ${groupName}: precedence`, precedence, 0, 2 ** 31 - 1)]);
    new UserPoolGroup(this, groupName, {
      userPool: this.pool,
      groupName,
      description,
      ...(precedence !== undefined && { precedence }),
      ...(role && { role }),
    });
  }
}
