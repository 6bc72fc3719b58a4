import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/signed-media-library/environment';
import type { KeyRing } from '../../constructs/edge/key-ring';
import type { AppClient } from '../../constructs/identity/app-client';
import type { SignIn } from '../../constructs/identity/sign-in';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { HttpAccess } from '../../constructs/serverless/http-access';
import { HttpFacade } from '../../constructs/serverless/http-facade';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { handlerCode } from '../../handlers';

/** How long a signature opens, at most: it cannot be taken back. */
export const signedFor: Duration = Duration.minutes(15);
const service = 'signed-media-library';

export interface IssuerProps {
  readonly alarms: AlarmTopic;
  readonly members: SignIn;
  readonly page: AppClient;
}

export interface ServeProps {
  readonly strategy: ReleaseStrategy;
  readonly origin: string;
  readonly ring: KeyRing;
  readonly guard: ISecret;
  readonly closedCountries: readonly string[];
}

/** Where members get what opens the library, once API Gateway has looked at their token. It has no right to the media itself. */
export class Issuer extends Construct {
  readonly api: HttpFacade;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IssuerProps,
  ) {
    super(scope, id);
    const { alarms, members, page } = props;
    this.api = new HttpFacade(this, 'Api', {
      description: 'Cookies and links for members of the library',
      access: HttpAccess.jwt({ issuer: members.issuer, audience: [page.clientId] }),
      alarms,
    });
  }

  /** The name of the API, by which the distribution finds it. */
  get domainName(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `${this.api.api.apiId}.execute-api.${region}.${urlSuffix}`;
  }

  /** Answers, now that the distribution is known for which it signs. */
  serve({ strategy, origin, ring, guard, closedCountries }: ServeProps): void {
    const { secret, publicKey } = ring.signsWith;
    const issue = new ReleasedFunction(this, 'Issue', {
      alarms: this.props.alarms,
      strategy,
      service,
      description: 'Signs what opens the library for members',
      code: handlerCode(service, 'issue'),
      environment: {
        [environment.origin]: origin,
        [environment.signingSecret]: secret.secretArn,
        [environment.keyPairId]: publicKey.publicKeyId,
        [environment.guardSecret]: guard.secretArn,
        [environment.signedSeconds]: String(signedFor.toSeconds()),
        [environment.closedCountries]: closedCountries.join(',') || 'none',
      },
    });
    ring.signsWith.grantSign(issue.role);
    issue.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [guard.secretArn] }),
    );
    for (const route of ['POST /api/session', 'POST /api/links']) this.api.route(route, { alias: issue.alias });
  }
}
