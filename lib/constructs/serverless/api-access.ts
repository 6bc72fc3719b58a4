import { Token, type Duration } from 'aws-cdk-lib';
import {
  ApiKey,
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  TokenAuthorizer,
  UsagePlan,
  type IApiKey,
  type IRestApi,
  type MethodOptions,
  type Period,
  type Stage,
} from 'aws-cdk-lib/aws-apigateway';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** Calls a second, and how many may come at once. API Gateway wants both or neither. */
export interface ApiThrottle {
  /** Calls a second over time. */
  readonly rateLimit: number;
  /** Calls at once. */
  readonly burstLimit: number;
}

export interface ApiKeyAccess {
  /** What each client may do; more than the stage allows is refused, as it would never be reached. */
  readonly throttle: ApiThrottle;
  /**
   * How many calls each client has in a period.
   * @default - as many as the throttle lets through
   */
  readonly quota?: { readonly limit: number; readonly period: Period };
  /**
   * The first key, 20 to 128 characters. It stands in the template in plain text, so that it belongs into tests only.
   * @default - API Gateway makes one that no template shows
   */
  readonly value?: string;
}

export interface UserPoolAccess {
  /**
   * Scopes of which a token must have one.
   * @default - none: any token of the pool does
   */
  readonly scopes?: readonly string[];
}

export interface LambdaAuthoriserAccess {
  /**
   * For how long its answer to a token is kept, 0 to 1 hour. The answer must then hold for the whole API.
   * @default Duration.minutes(5)
   */
  readonly resultsCacheTtl?: Duration;
}

export interface OpenAccess {
  /** Why anybody may call it, in a sentence that would convince a stranger. */
  readonly reason: string;
}

/** A finding of the rule packs that this way in makes true for each of its methods, and why it is harmless. */
export interface AccessFinding {
  readonly id: string;
  readonly reason: string;
}

/** What a way in means for a method. */
export interface BoundAccess {
  readonly method: Pick<MethodOptions, 'apiKeyRequired' | 'authorizationType' | 'authorizer' | 'authorizationScopes'>;
  /** The first client's key, if there are keys. */
  readonly key?: IApiKey;
}

/** Who may call the methods of an API. */
export abstract class ApiAccess {
  /**
   * Callers send a key in `x-api-key`, and each key has its own limits. It tells machines of known clients apart; it is no
   * login, and whoever holds the key may do all that the method does.
   */
  static apiKey(options: ApiKeyAccess): ApiAccess {
    return new KeyAccess(options);
  }

  /** Callers sign requests with credentials of AWS, and their own policies must allow `execute-api:Invoke`. */
  static iam(): ApiAccess {
    return new IamAccess();
  }

  /** Callers send a token of a user pool, which API Gateway checks by itself. */
  static userPool(pool: IUserPool, options: UserPoolAccess = {}): ApiAccess {
    return new PoolAccess(pool, options);
  }

  /** A function looks at the token in `Authorization` and decides. */
  static lambdaAuthoriser(authoriser: IFunction, options: LambdaAuthoriserAccess = {}): ApiAccess {
    return new AuthoriserAccess(authoriser, options);
  }

  /** Anybody may call. */
  static open(options: OpenAccess): ApiAccess {
    return new AnybodyAccess(options);
  }

  /** Whether API Gateway tells a missing signature and an unknown path apart by no other answer than the same 403. */
  readonly signed: boolean = false;
  /** Whether the answer may depend on who calls, known by the header `Authorization`. */
  readonly knowsCaller: boolean = false;
  /** Findings each method with this way in has. */
  abstract readonly findings: readonly AccessFinding[];
  /** What cannot work about it, given what the stages let through. */
  abstract faults(stageThrottle: ApiThrottle): (string | false | undefined)[];
  /**
   * Sets it up; called once for each API.
   *
   * @param place where its parts stand
   */
  abstract bind(place: Construct, api: IRestApi, stages: readonly Stage[]): BoundAccess;
}

const noUserPool = (reason: string): AccessFinding => ({ id: 'AwsSolutions::AwsSolutions-COG4', reason });

class KeyAccess extends ApiAccess {
  readonly findings = [
    {
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason:
        'Callers are machines of known clients, each with a secret key that this method requires, that has its own limits and that can be withdrawn; the people behind them sign in to the client.',
    },
    noUserPool(
      'The callers of this method are machines with keys; none of them is a person who could sign in to a user pool.',
    ),
  ];

  constructor(private readonly options: ApiKeyAccess) {
    super();
  }

  faults(stage: ApiThrottle): (string | false | undefined)[] {
    const { throttle, quota, value } = this.options;
    const more = (['rateLimit', 'burstLimit'] as const).filter((limit) => throttle[limit] > stage[limit]);
    return [
      ...throttleFaults('access.throttle', throttle),
      ...more.map(
        (limit) =>
          `access.throttle.${limit} is ${throttle[limit]}, above the ${stage[limit]} of the stage, and would never be reached; lower it, or raise the stage's`,
      ),
      quota &&
        !(Number.isInteger(quota.limit) && quota.limit >= 1) &&
        `access.quota.limit is ${quota.limit}; give a whole number of calls, 1 or more`,
      value !== undefined &&
        !Token.isUnresolved(value) &&
        !(value.length >= 20 && value.length <= 128) &&
        `access.value has ${value.length} characters; give 20 to 128, or leave it out and API Gateway makes a key`,
    ];
  }

  bind(place: Construct, api: IRestApi, stages: readonly Stage[]): BoundAccess {
    const { throttle, quota, value } = this.options;
    const key = new ApiKey(place, 'Key', {
      description: `First client of ${place.node.scope!.node.path}`,
      ...(value !== undefined && { value }),
    });
    const plan = new UsagePlan(place, 'UsagePlan', {
      description: `What each client of ${place.node.scope!.node.path} may do`,
      throttle,
      ...(quota && { quota }),
      apiStages: stages.map((stage) => ({ api, stage })),
    });
    plan.addApiKey(key);
    return { method: { apiKeyRequired: true, authorizationType: AuthorizationType.NONE }, key };
  }
}

class IamAccess extends ApiAccess {
  override readonly signed = true;
  readonly findings = [
    noUserPool(
      'Callers of this method are identities of AWS, whose signature and policies API Gateway checks; they have no user pool.',
    ),
  ];

  faults(): [] {
    return [];
  }

  bind(): BoundAccess {
    return { method: { authorizationType: AuthorizationType.IAM } };
  }
}

class PoolAccess extends ApiAccess {
  override readonly knowsCaller = true;
  readonly findings = [];

  constructor(
    private readonly pool: IUserPool,
    private readonly options: UserPoolAccess,
  ) {
    super();
  }

  faults(): [] {
    return [];
  }

  bind(place: Construct): BoundAccess {
    const { scopes = [] } = this.options;
    return {
      method: {
        authorizationType: AuthorizationType.COGNITO,
        authorizer: new CognitoUserPoolsAuthorizer(place, 'Authoriser', { cognitoUserPools: [this.pool] }),
        ...(scopes.length > 0 && { authorizationScopes: [...scopes] }),
      },
    };
  }
}

class AuthoriserAccess extends ApiAccess {
  override readonly knowsCaller = true;
  readonly findings = [
    noUserPool(
      'A function of the stack checks the token of each caller of this method; its issuer is not a user pool of this account.',
    ),
  ];

  constructor(
    private readonly authoriser: IFunction,
    private readonly options: LambdaAuthoriserAccess,
  ) {
    super();
  }

  faults(): [] {
    return [];
  }

  bind(place: Construct): BoundAccess {
    return {
      method: {
        authorizationType: AuthorizationType.CUSTOM,
        authorizer: new TokenAuthorizer(place, 'Authoriser', {
          handler: this.authoriser,
          identitySource: 'method.request.header.Authorization',
          // Anything else is answered with 401 and costs no run.
          validationRegex: '^Bearer [A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
          ...(this.options.resultsCacheTtl && { resultsCacheTtl: this.options.resultsCacheTtl }),
        }),
      },
    };
  }
}

class AnybodyAccess extends ApiAccess {
  readonly findings: readonly AccessFinding[];

  constructor(private readonly options: OpenAccess) {
    super();
    this.findings = [{ id: 'AwsSolutions::AwsSolutions-APIG4', reason: options.reason }, noUserPool(options.reason)];
  }

  faults(): (string | false)[] {
    return [weakReason(this.options)];
  }

  bind(): BoundAccess {
    return { method: { authorizationType: AuthorizationType.NONE } };
  }
}

/** A fault unless a reason to let anybody in is a sentence. */
export const weakReason = ({ reason }: OpenAccess): string | false =>
  reason.trim().split(/\s+/).length < 6 &&
  `access is open because of "${reason}"; say in a sentence why anybody may call, or take another access`;

/** What API Gateway would refuse in a throttle, or take to mean that nothing gets through. */
export function throttleFaults(name: string, { rateLimit, burstLimit }: ApiThrottle): (string | false)[] {
  return [
    !Token.isUnresolved(rateLimit) &&
      !(rateLimit > 0 && Number.isFinite(rateLimit)) &&
      `${name}.rateLimit is ${rateLimit}; give calls a second above 0`,
    !Token.isUnresolved(burstLimit) &&
      !(Number.isInteger(burstLimit) && burstLimit >= 1) &&
      `${name}.burstLimit is ${burstLimit}; give a whole number of calls, 1 or more`,
  ];
}
