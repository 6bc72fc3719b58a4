import { Duration, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/token-authoriser/environment';
import { handlerCode } from '../../handlers';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from './app-function';
import { FunctionAlarms } from './function-alarms';

/** A public key as its issuer publishes it (RFC 7517), with the name and the algorithm that tokens refer to. */
export interface PublicKey {
  readonly kid: string;
  readonly alg: 'RS256' | 'ES256';
  readonly kty: 'RSA' | 'EC';
  readonly [member: string]: string;
}

export interface TokenAuthoriserProps {
  /** Who issues the tokens, as they say in `iss`. */
  readonly issuer: string;
  /** For whom they must be, as they say in `aud`. */
  readonly audience: string;
  /** The issuer's public keys; a private one is refused. They are public, so they stand in the environment as they are. */
  readonly keys: readonly PublicKey[];
  readonly alarms: AlarmTopic;
}

/**
 * A function that looks at the token of each caller of an API: signed by a key that is trusted, for this audience, not expired.
 * It asks nobody, so it answers at once and goes on answering when the issuer does not.
 *
 * Give its function, or the alias of a `SafeRelease` of it, to `ApiAccess.lambdaAuthoriser`. A token that is not good makes the
 * function fail, as API Gateway wants it for a 401, so its alarm on errors waits for a hundred.
 *
 * @claims serverless-authoriser-lambda
 */
export class TokenAuthoriser extends Construct {
  readonly authoriser: AppFunction;

  constructor(scope: Construct, id: string, props: TokenAuthoriserProps) {
    super(scope, id);
    const { issuer, audience, keys } = props;
    const ids = keys.map(({ kid }) => kid);
    refuse(this, [
      keys.length === 0 && 'keys is empty, so that no token would be good; give the public keys of the issuer',
      ...keys
        .filter((key) => 'd' in key)
        .map(({ kid }) => `keys holds the private key ${kid}; give public keys, and withdraw this one`),
      ...ids
        .filter((kid, index) => ids.indexOf(kid) !== index)
        .map((kid) => `keys has ${kid} twice; give each its own kid`),
      issuer === '' && 'issuer is empty; give what tokens say in iss',
      audience === '' && 'audience is empty; give what tokens say in aud, or tokens for others would do',
    ]);

    this.authoriser = new AppFunction(this, 'Authoriser', {
      description: `Looks at tokens of ${issuer}`,
      code: handlerCode('token-authoriser', 'authorise'),
      timeout: Duration.seconds(5),
      environment: {
        [environment.issuer]: issuer,
        [environment.audience]: audience,
        [environment.keys]: JSON.stringify({ keys }),
      },
    });
    Validations.of(this.authoriser.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'API Gateway asks this function and waits for its decision; Lambda sends only events nobody waits for to a dead-letter queue.',
    });
    new FunctionAlarms(this, 'Alarms', { alarms: props.alarms, function: this.authoriser, errors: 100 });
  }
}
