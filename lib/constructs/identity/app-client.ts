import { Duration, Token } from 'aws-cdk-lib';
import {
  CfnManagedLoginBranding,
  OAuthScope,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  type IUserPool,
  type IUserPoolClient,
  type IUserPoolIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';

export interface AppClientProps {
  /** Where people come back to after they signed in: https, or http on localhost for development. At least one. */
  readonly callbackUrls: readonly string[];
  /**
   * Where they come back to after they signed out, by the same rules.
   * @default - the callbacks
   */
  readonly logoutUrls?: readonly string[];
  /**
   * Scopes an access token may have besides `openid`, `email` and `profile`.
   * @default - none
   */
  readonly scopes?: readonly OAuthScope[];
  /**
   * How long an access token and an identity token are good for, 5 minutes to 1 day. Nobody can call one back before.
   * @default Duration.hours(1)
   */
  readonly tokenValidity?: Duration;
  /**
   * How long somebody stays signed in, 1 hour to 10 years.
   * @default Duration.days(30)
   */
  readonly sessionValidity?: Duration;
  /**
   * Whether whoever holds credentials of AWS that allow it may sign a user in by name and password, from a command line, past
   * the pages. For tests and sandboxes.
   * @default false
   */
  readonly operatorSignIn?: boolean;
  /**
   * How the pages look for this application, as the console's designer exports it.
   * @default - as Cognito draws them
   */
  readonly look?: Readonly<Record<string, unknown>>;
}

/** Whose application it is; `SignIn` fills it in. */
export interface AppClientOwner {
  readonly pool: IUserPool;
  readonly providers: readonly IUserPoolIdentityProvider[];
}

/**
 * An application that people sign in to: a public one, without a secret, that gets tokens by the authorisation code and proves
 * by PKCE that it asked for them. The implicit flow, which puts tokens into addresses, is off; so is every way to send a
 * password from the application itself.
 *
 * @claims serverless-app-client
 */
export class AppClient extends Construct {
  readonly client: IUserPoolClient;
  readonly clientId: string;
  /** The pool it is an application of. */
  readonly pool: IUserPool;

  constructor(scope: Construct, id: string, props: AppClientProps & AppClientOwner) {
    super(scope, id);
    const { callbackUrls, logoutUrls = callbackUrls, operatorSignIn = false, pool, providers } = props;
    const { tokenValidity = Duration.hours(1), sessionValidity = Duration.days(30) } = props;
    refuse(this, [
      callbackUrls.length === 0 && 'callbackUrls is empty; give the address of the page people come back to',
      ...callbackUrls.map((url) => urlFault('callbackUrls', url)),
      ...(props.logoutUrls ?? []).map((url) => urlFault('logoutUrls', url)),
      outsideDuration('tokenValidity', tokenValidity, Duration.minutes(5), Duration.days(1)),
      outsideDuration('sessionValidity', sessionValidity, Duration.hours(1), Duration.days(3650)),
      sessionValidity.toSeconds() < tokenValidity.toSeconds() &&
        `sessionValidity is ${sessionValidity.toHumanString()}, shorter than the ${tokenValidity.toHumanString()} of a token; raise it, or lower tokenValidity`,
    ]);

    const client = new UserPoolClient(this, 'Client', {
      userPool: pool,
      authFlows: { adminUserPassword: operatorSignIn },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE, ...(props.scopes ?? [])],
        callbackUrls: [...callbackUrls],
        logoutUrls: [...logoutUrls],
      },
      accessTokenValidity: tokenValidity,
      idTokenValidity: tokenValidity,
      refreshTokenValidity: sessionValidity,
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
      supportedIdentityProviders: [
        UserPoolClientIdentityProvider.COGNITO,
        ...providers.map(({ providerName }) => UserPoolClientIdentityProvider.custom(providerName)),
      ],
    });
    new CfnManagedLoginBranding(this, 'Look', {
      userPoolId: pool.userPoolId,
      clientId: client.userPoolClientId,
      ...(props.look ? { settings: props.look } : { useCognitoProvidedValues: true }),
    });
    this.pool = pool;
    this.client = client;
    this.clientId = client.userPoolClientId;
  }
}

/** An address that begins with a token is known only at deployment; one that begins with a scheme is not. */
function urlFault(prop: string, url: string): string | undefined {
  const begins = Token.isUnresolved(url) ? url.slice(0, url.indexOf('${')) : url;
  if (begins === '') return undefined;
  if (/^http:/.test(begins) && !/^http:\/\/localhost([:/]|$)/.test(begins))
    return `${prop} has ${url}, over which anybody on the way reads the code; give https, or http on localhost alone`;
  if (/[*#\s]/.test(url)) return `${prop} has ${url}; give one address in full, without wildcard, fragment or space`;
  return /^[a-z][a-z0-9+.-]*:\/\/./.test(Token.isUnresolved(url) ? `${begins}x` : url)
    ? undefined
    : `${prop} has ${url}; give an address in full, such as https://www.example.com/`;
}
