import { Stack, Token, type SecretValue } from 'aws-cdk-lib';
import {
  ProviderAttribute,
  UserPoolIdentityProviderAmazon,
  UserPoolIdentityProviderFacebook,
  UserPoolIdentityProviderGoogle,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
  type AttributeMapping,
  type IUserPool,
  type IUserPoolIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';

/** An application as it is registered with another party that signs people in. */
export interface RegisteredApp {
  /** What the other party calls the application. */
  readonly clientId: string;
  /**
   * What it proves itself with: `SecretValue.secretsManager(…)`. Anything else would stand in the template, or is not resolved
   * there, and is refused. After a rotation the stack has to be deployed again.
   */
  readonly clientSecret: SecretValue;
  /**
   * Which of the other party's attributes become which of ours.
   * @default - the e-mail address and the name
   */
  readonly attributes?: AttributeMapping;
}

export interface OidcApp extends RegisteredApp {
  /** The name of the other party, on the button and in tokens: 3 to 32 characters. */
  readonly name: string;
  /** Where it describes itself, `https://login.example.com`. */
  readonly issuerUrl: string;
}

export interface SamlParty {
  /** The name of the other party, on the button and in tokens: 3 to 32 characters. */
  readonly name: string;
  /** Where its metadata lie, `https://…`. */
  readonly metadataUrl: string;
  /**
   * Which of its attributes become which of ours.
   * @default - the claims of the e-mail address and of the name by their usual URIs
   */
  readonly attributes?: AttributeMapping;
}

/**
 * Another party that signs people in. Whoever it is, what an application gets is the same token of the pool.
 *
 * @claims serverless-federated-sign-in
 */
export abstract class SignInProvider {
  /** Accounts of Google. */
  static google(app: RegisteredApp): SignInProvider {
    return new Registered('Google', app, (place, userPool, attributeMapping) => {
      const { clientId, clientSecret: clientSecretValue } = app;
      const scopes = ['openid', 'email', 'profile'];
      return new UserPoolIdentityProviderGoogle(place, 'Google', {
        userPool,
        clientId,
        clientSecretValue,
        scopes,
        attributeMapping: attributeMapping ?? {
          email: ProviderAttribute.GOOGLE_EMAIL,
          emailVerified: ProviderAttribute.GOOGLE_EMAIL_VERIFIED,
          fullname: ProviderAttribute.GOOGLE_NAME,
        },
      });
    });
  }

  /** Accounts of Facebook. */
  static facebook(app: RegisteredApp): SignInProvider {
    return new Registered(
      'Facebook',
      app,
      (place, userPool, attributeMapping) =>
        new UserPoolIdentityProviderFacebook(place, 'Facebook', {
          userPool,
          clientId: app.clientId,
          clientSecret: app.clientSecret.unsafeUnwrap(),
          scopes: ['public_profile', 'email'],
          attributeMapping: attributeMapping ?? {
            email: ProviderAttribute.FACEBOOK_EMAIL,
            fullname: ProviderAttribute.FACEBOOK_NAME,
          },
        }),
    );
  }

  /** Accounts of Amazon's shops. */
  static amazon(app: RegisteredApp): SignInProvider {
    return new Registered(
      'Amazon',
      app,
      (place, userPool, attributeMapping) =>
        new UserPoolIdentityProviderAmazon(place, 'Amazon', {
          userPool,
          clientId: app.clientId,
          clientSecret: app.clientSecret.unsafeUnwrap(),
          scopes: ['profile'],
          attributeMapping: attributeMapping ?? {
            email: ProviderAttribute.AMAZON_EMAIL,
            fullname: ProviderAttribute.AMAZON_NAME,
          },
        }),
    );
  }

  /** Any party that speaks OpenID Connect. */
  static oidc(app: OidcApp): SignInProvider {
    const faults = [...nameFaults(app.name), urlFault(app.name, 'issuerUrl', app.issuerUrl)];
    return new Registered(
      app.name,
      app,
      (place, userPool, attributeMapping) =>
        new UserPoolIdentityProviderOidc(place, app.name, {
          userPool,
          name: app.name,
          issuerUrl: app.issuerUrl,
          clientId: app.clientId,
          clientSecret: app.clientSecret.unsafeUnwrap(),
          scopes: ['openid', 'email', 'profile'],
          attributeMapping: attributeMapping ?? {
            email: ProviderAttribute.other('email'),
            emailVerified: ProviderAttribute.other('email_verified'),
            fullname: ProviderAttribute.other('name'),
          },
        }),
      faults,
    );
  }

  /** Any party that speaks SAML 2.0, such as the directory of a company. It knows no secret: it signs what it says. */
  static saml(party: SamlParty): SignInProvider {
    return new Saml(party);
  }

  protected constructor(
    /** What it is called on the button, and in tokens. */
    readonly name: string,
  ) {}

  /** What cannot work about it. */
  abstract faults(scope: Construct): (string | false | undefined)[];
  /** Sets it up in a pool; called once for each pool. */
  abstract bind(place: Construct, pool: IUserPool): IUserPoolIdentityProvider;
}

type Make = (place: Construct, pool: IUserPool, attributes: AttributeMapping | undefined) => IUserPoolIdentityProvider;

class Registered extends SignInProvider {
  constructor(
    name: string,
    private readonly app: RegisteredApp,
    private readonly make: Make,
    private readonly others: readonly (string | undefined)[] = [],
  ) {
    super(name);
  }

  faults(scope: Construct): (string | undefined)[] {
    return [...this.others, secretFault(scope, this.name, this.app.clientSecret)];
  }

  bind(place: Construct, pool: IUserPool): IUserPoolIdentityProvider {
    return this.make(place, pool, this.app.attributes);
  }
}

const claim = (name: string): ProviderAttribute =>
  ProviderAttribute.other(`http://schemas.xmlsoap.org/ws/2005/05/identity/claims/${name}`);

class Saml extends SignInProvider {
  constructor(private readonly party: SamlParty) {
    super(party.name);
  }

  faults(): (string | undefined)[] {
    return [...nameFaults(this.name), urlFault(this.name, 'metadataUrl', this.party.metadataUrl)];
  }

  bind(place: Construct, userPool: IUserPool): IUserPoolIdentityProvider {
    return new UserPoolIdentityProviderSaml(place, this.name, {
      userPool,
      name: this.name,
      metadata: UserPoolIdentityProviderSamlMetadata.url(this.party.metadataUrl),
      idpSignout: true,
      attributeMapping: this.party.attributes ?? { email: claim('emailaddress'), fullname: claim('name') },
    });
  }
}

/** The message does not show the value: it may be the secret itself. */
function secretFault(scope: Construct, name: string, secret: SecretValue): string | undefined {
  const written = JSON.stringify(Stack.of(scope).resolve(secret.unsafeUnwrap()));
  return written.includes('{{resolve:secretsmanager:')
    ? undefined
    : `providers has ${name}, whose clientSecret is no reference to Secrets Manager, so that the template would show it; give SecretValue.secretsManager(…)`;
}

const urlFault = (provider: string, prop: string, url: string): string | undefined =>
  Token.isUnresolved(url) || /^https:\/\/[^\s/]+/.test(url)
    ? undefined
    : `providers has ${provider}, whose ${prop} is ${url}; give an address that begins with https://`;

/** Names that would stand for a provider Cognito knows by itself, or that it does not take. */
function nameFaults(name: string): string[] {
  const own = ['Google', 'Facebook', 'LoginWithAmazon', 'SignInWithApple', 'COGNITO'];
  return [
    ...(name.length >= 3 && name.length <= 32 && /^[\p{L}\p{N}]+([-.][\p{L}\p{N}]+)*$/u.test(name)
      ? []
      : [`providers has the name "${name}"; give 3 to 32 letters, digits, and single hyphens or points between them`]),
    ...(own.includes(name) ? [`providers has the name ${name}, which Cognito keeps for its own; choose another`] : []),
  ];
}
