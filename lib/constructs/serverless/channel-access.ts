import { Duration } from 'aws-cdk-lib';
import type { IWebSocketRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketIamAuthorizer, WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { outsideDuration } from '../faults';

export interface TicketOptions {
  /**
   * For how long a ticket is good that nobody has used, 5 seconds to 5 minutes.
   * @default Duration.seconds(30)
   */
  readonly life?: Duration;
}

/** Who may connect. It is decided once, as API Gateway asks nobody again while a connection lasts. */
export class ChannelAccess {
  /**
   * Callers of an API get a ticket there (`LiveChannel.grantTickets`) and connect with it, once and at once: browsers can send no
   * token with a WebSocket but in its address, which is written down in many places.
   */
  static tickets({ life = Duration.seconds(30) }: TicketOptions = {}): ChannelAccess {
    return new ChannelAccess(undefined, life, [
      outsideDuration('access.life', life, Duration.seconds(5), Duration.minutes(5)),
    ]);
  }

  /** Clients sign their request with credentials of AWS, and their own policies must allow `execute-api:Invoke`. */
  static iam(): ChannelAccess {
    return new ChannelAccess(() => new WebSocketIamAuthorizer());
  }

  /**
   * A function decides.
   *
   * @param identitySource where what it looks at stands, such as `route.request.querystring.token`; without it a client is refused
   */
  static authoriser(authoriser: IFunction, identitySource: readonly string[]): ChannelAccess {
    const odd = identitySource.filter((source) => !/^route\.request\.(header|querystring)\.[\w-]+$/.test(source));
    return new ChannelAccess(
      (id) => new WebSocketLambdaAuthorizer(id, authoriser, { identitySource: [...identitySource] }),
      undefined,
      [
        identitySource.length === 0 &&
          'access names no identity source, so that the function would be asked about everybody; give such as route.request.querystring.token',
        ...odd.map(
          (source) =>
            `access has the identity source ${source}; write such as route.request.header.Authorization or route.request.querystring.token`,
        ),
      ],
    );
  }

  private constructor(
    /** Whom API Gateway asks; undefined for tickets, for which the channel has a function of its own. */
    readonly authorizer: ((id: string) => IWebSocketRouteAuthorizer) | undefined,
    /** For how long a ticket is good. */
    readonly ticketLife?: Duration,
    readonly faults: readonly (string | false | undefined)[] = [],
  ) {}
}
