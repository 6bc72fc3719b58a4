import { Token } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { weakReason, type AccessFinding, type OpenAccess } from './api-access';

export interface JwtAccess {
  /** Who issues the tokens, as they say in `iss`: an HTTPS address below which its keys are published. */
  readonly issuer: string;
  /** For whom tokens must be, as they say in `aud` or `client_id`; one of these. */
  readonly audience: readonly string[];
  /**
   * Scopes of which a token must have one.
   * @default - none: any token of the issuer for the audience does
   */
  readonly scopes?: readonly string[];
}

/** Who may call the routes of an HTTP API. */
export abstract class HttpAccess {
  /** Callers send a token that its issuer signed, a user pool or any other of OpenID Connect; API Gateway checks it by itself. */
  static jwt(options: JwtAccess): HttpAccess {
    return new Jwt(options);
  }

  /** Callers sign requests with credentials of AWS, and their own policies must allow `execute-api:Invoke`. */
  static iam(): HttpAccess {
    return new Iam();
  }

  /** Anybody may call. */
  static open(options: OpenAccess): HttpAccess {
    return new Open(options);
  }

  /** Findings of the rule packs that each route with this way in has. */
  abstract readonly findings: readonly AccessFinding[];
  readonly scopes: readonly string[] = [];
  abstract faults(): (string | false)[];
  /** What API Gateway asks; undefined for nothing. Called once for each API. */
  abstract bind(id: string): IHttpRouteAuthorizer | undefined;
}

class Jwt extends HttpAccess {
  readonly findings = [];
  override readonly scopes: readonly string[];

  constructor(private readonly options: JwtAccess) {
    super();
    this.scopes = options.scopes ?? [];
  }

  faults(): (string | false)[] {
    const { issuer, audience } = this.options;
    return [
      !Token.isUnresolved(issuer) &&
        !/^https:\/\/[^\s?#]+$/.test(issuer) &&
        `access has the issuer ${issuer}; give its HTTPS address, such as https://accounts.example.com`,
      audience.length === 0 &&
        'access has no audience, so that tokens the issuer made for others would do; name whom they must be for',
      audience.includes('') && 'access has an empty audience; name whom tokens must be for',
    ];
  }

  bind(id: string): IHttpRouteAuthorizer {
    return new HttpJwtAuthorizer(id, this.options.issuer, { jwtAudience: [...this.options.audience] });
  }
}

class Iam extends HttpAccess {
  readonly findings = [];

  faults(): [] {
    return [];
  }

  bind(): IHttpRouteAuthorizer {
    return new HttpIamAuthorizer();
  }
}

class Open extends HttpAccess {
  readonly findings: readonly AccessFinding[];

  constructor(private readonly options: OpenAccess) {
    super();
    this.findings = [{ id: 'AwsSolutions::AwsSolutions-APIG4', reason: options.reason }];
  }

  faults(): (string | false)[] {
    return [weakReason(this.options)];
  }

  bind(): undefined {
    return undefined;
  }
}
