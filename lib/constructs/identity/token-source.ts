import { Token } from 'aws-cdk-lib';
import type { CfnIdentityPoolProps } from 'aws-cdk-lib/aws-cognito';
import type { IOIDCProviderRef, ISAMLProviderRef } from 'aws-cdk-lib/aws-iam';
import type { AppClient } from './app-client';

/** Where a source stands in a pool of identities. */
export type SourceProps = Pick<
  CfnIdentityPoolProps,
  'cognitoIdentityProviders' | 'supportedLoginProviders' | 'samlProviderArns' | 'openIdConnectProviderArns'
>;

/** Whose tokens are swapped for credentials. */
export abstract class TokenSource {
  /** An application of a pool of users: one kind of token, whoever signed the person in there. */
  static application(application: AppClient): TokenSource {
    return new ApplicationSource(application);
  }

  /** Google itself: the client id of the application, `….apps.googleusercontent.com`. */
  static google(clientId: string): TokenSource {
    const wrong = !Token.isUnresolved(clientId) && !/^\S+\.apps\.googleusercontent\.com$/.test(clientId);
    return new LoginSource(
      'Google',
      'accounts.google.com',
      clientId,
      wrong && 'one of Google ends in .apps.googleusercontent.com',
    );
  }

  /** Facebook itself: the id of the application, digits only. */
  static facebook(appId: string): TokenSource {
    const wrong = !Token.isUnresolved(appId) && !/^\d+$/.test(appId);
    return new LoginSource('Facebook', 'graph.facebook.com', appId, wrong && 'one of Facebook is made of digits');
  }

  /** A directory that speaks SAML, as IAM knows it. */
  static saml(provider: ISAMLProviderRef): TokenSource {
    return new ProviderSource('SAML', { samlProviderArns: [provider.samlProviderRef.samlProviderArn] });
  }

  /** A party that speaks OpenID Connect, as IAM knows it. */
  static openId(provider: IOIDCProviderRef): TokenSource {
    return new ProviderSource('OpenID Connect', {
      openIdConnectProviderArns: [provider.oidcProviderRef.oidcProviderArn],
    });
  }

  /** The application of a pool of users, if it is one. */
  readonly application?: AppClient;
  /** What cannot work about it. */
  readonly faults: readonly string[] = [];

  protected constructor(
    /** What it is called in messages. */
    readonly name: string,
    /** Where it stands in a pool of identities. */
    readonly props: SourceProps,
  ) {}
}

class ApplicationSource extends TokenSource {
  constructor(override readonly application: AppClient) {
    super('a pool of users', {
      cognitoIdentityProviders: [
        {
          clientId: application.clientId,
          providerName: application.pool.userPoolProviderName,
          // Somebody who signed out, or was disabled, gets no more credentials from a token that is still good.
          serverSideTokenCheck: true,
        },
      ],
    });
  }
}

class LoginSource extends TokenSource {
  override readonly faults: readonly string[];

  constructor(name: string, domain: string, id: string, wrong: string | false) {
    super(name, { supportedLoginProviders: { [domain]: id } });
    this.faults = wrong === false ? [] : [`sources has ${name} with the id "${id}"; ${wrong}`];
  }
}

class ProviderSource extends TokenSource {
  constructor(name: string, props: SourceProps) {
    super(name, props);
  }
}

/** All sources as one pool of identities takes them. */
export function together(sources: readonly TokenSource[]): SourceProps {
  const logins = sources.flatMap(({ props }) =>
    Object.entries((props.supportedLoginProviders ?? {}) as Readonly<Record<string, string>>),
  );
  const lists = ['cognitoIdentityProviders', 'samlProviderArns', 'openIdConnectProviderArns'] as const;
  return {
    ...Object.fromEntries(
      lists
        .map((list) => [list, sources.flatMap(({ props }) => (props[list] ?? []) as unknown[])] as const)
        .filter(([, values]) => values.length > 0),
    ),
    ...(logins.length > 0 && { supportedLoginProviders: Object.fromEntries(logins) }),
  };
}
