import { Validations } from 'aws-cdk-lib';
import { Peer, type IPeer } from 'aws-cdk-lib/aws-ec2';
import { ListenerCondition } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { Exposure } from '../compute/exposure';
import { refuse } from '../faults';
import { managedPrefixLists } from '../network/managed-prefix-lists';

/** The addresses from which CloudFront calls origins, of all its customers. */
export const ORIGIN_FACING = 'com.amazonaws.global.cloudfront.origin-facing';

export interface OriginGuardProps {
  /**
   * Id of the prefix list `com.amazonaws.global.cloudfront.origin-facing` in the stack's region.
   * @default - the deployment asks for it
   */
  readonly prefixListId?: string;
  /**
   * The header that holds the secret.
   * @default 'X-Origin-Verify'
   */
  readonly headerName?: string;
  /**
   * Which generation of the secret the distribution sends, 1 or more.
   * @default 1
   */
  readonly sends?: number;
  /**
   * Which generations origins take. To change the secret without a gap deploy three times: take the next one too, send it, take
   * the old one no more.
   * @default - the one that is sent
   */
  readonly accepts?: readonly number[];
}

/**
 * What closes an origin to all but one distribution: a secret that CloudFront adds to every request, and the addresses that
 * CloudFront calls from. The addresses are everybody's who has a distribution, so that they alone close nothing.
 *
 * @claims edge-origin-secret-header, edge-origin-prefix-list
 */
export class OriginGuard extends Construct {
  readonly headerName: string;
  /** Secrets that origins take, the one that is sent first. */
  readonly secrets: readonly ISecret[];
  private readonly prefixListId: string | undefined;
  private found?: IPeer;

  constructor(scope: Construct, id: string, props: OriginGuardProps = {}) {
    super(scope, id);
    const { headerName = 'X-Origin-Verify', sends = 1, accepts = [sends], prefixListId } = props;
    refuse(this, [
      !/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(headerName) &&
        `headerName is ${headerName}; give a name of at most 40 letters, digits and hyphens, such as X-Origin-Verify`,
      /^(x-amz-|x-edge-)/i.test(headerName) &&
        `headerName is ${headerName}, which CloudFront keeps for itself; give another, such as X-Origin-Verify`,
      ...[sends, ...accepts].map(
        (generation) =>
          !(Number.isInteger(generation) && generation >= 1) &&
          `a generation of the secret is ${generation}; give whole numbers from 1`,
      ),
      !accepts.includes(sends) &&
        `sends is ${sends}, which accepts (${accepts.join(', ')}) does not hold, so that every request would be refused; add it`,
      accepts.length > 3 && `accepts has ${accepts.length} generations; a rule of a balancer compares three`,
      prefixListId !== undefined &&
        !/^pl-[0-9a-f]{8,17}$/.test(prefixListId) &&
        `prefixListId is ${prefixListId}; give an id such as pl-0123456789abcdef0`,
    ]);
    this.headerName = headerName;
    this.prefixListId = prefixListId;
    const others = accepts.filter((generation) => generation !== sends);
    this.secrets = [sends, ...others].map((generation) => secretOf(this, generation));
  }

  /** The name and value that the distribution adds; the value stands in no template. */
  get headers(): Record<string, string> {
    return { [this.headerName]: valueOf(this.secrets[0]) };
  }

  /** What a rule of a balancer asks for before it forwards. */
  get condition(): ListenerCondition {
    return ListenerCondition.httpHeader(this.headerName, this.secrets.map(valueOf));
  }

  /** CloudFront's addresses, as the other side of a security group's rule; they count as 55 of its 60 rules. */
  get peer(): IPeer {
    this.found ??= Peer.prefixList(this.prefixListId ?? managedPrefixLists(this, { PrefixList: ORIGIN_FACING })[0]);
    return this.found;
  }

  /** For a balancer with public addresses that only CloudFront may call. */
  get exposure(): Exposure {
    return Exposure.internet([this.peer]);
  }
}

/** A reference that CloudFormation resolves as it writes the distribution and the rule. */
const valueOf = (secret: ISecret): string => secret.secretValue.unsafeUnwrap();

function secretOf(scope: Construct, generation: number): ISecret {
  // eslint-disable-next-line awscdk/no-variable-construct-id -- each generation is a secret of its own
  const secret = new Secret(scope, `Secret${generation}`, {
    description: 'What CloudFront tells its origins to show that a request came through it',
    generateSecretString: { excludePunctuation: true, passwordLength: 40 },
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SMG4',
    reason:
      'A new value has to reach the distribution and its origins in an order, or every request is refused meanwhile: it is changed by a deployment with the next generation, which has no gap.',
  });
  return secret;
}
