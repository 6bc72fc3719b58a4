import { KeyGroup, type IKeyGroup } from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { regionalName } from './regional-name';
import type { SigningKey } from './signing-key';

export interface KeyRingProps {
  /** Keys whose signatures are good, one to five. */
  readonly trusted: readonly SigningKey[];
  /**
   * The one that signs from now on, one of them.
   * @default - the last one
   */
  readonly signsWith?: SigningKey;
}

const mostKeys = 5;

/**
 * Whose signatures open a private route. A key is changed without a gap in three deployments: trust the next one too, sign with it, and
 * when the last signature of the old one has expired, trust that no more (`rotationGaps` shows what goes wrong otherwise).
 *
 * @claims edge-private-behaviour
 */
export class KeyRing extends Construct {
  readonly group: IKeyGroup;
  readonly signsWith: SigningKey;

  constructor(scope: Construct, id: string, { trusted, signsWith = trusted.at(-1) }: KeyRingProps) {
    super(scope, id);
    refuse(this, [
      trusted.length === 0 && 'trusted is empty, so that nothing would ever be let through; give a SigningKey',
      trusted.length > mostKeys &&
        `trusted has ${trusted.length} keys; CloudFront takes ${mostKeys}, so let old ones go`,
      new Set(trusted).size < trusted.length && 'trusted has a key twice; name each once',
      signsWith !== undefined &&
        trusted.length > 0 &&
        !trusted.includes(signsWith) &&
        `signsWith is ${signsWith.node.path}, which trusted does not hold, so that every signature would be refused; add it`,
    ]);
    this.signsWith = signsWith!;
    this.group = new KeyGroup(this, 'Group', {
      keyGroupName: regionalName(this, 128),
      items: trusted.map(({ publicKey }) => publicKey),
    });
  }
}
