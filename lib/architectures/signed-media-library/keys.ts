import { Construct } from 'constructs';
import { KeyRing } from '../../constructs/edge/key-ring';
import { SigningKey } from '../../constructs/edge/signing-key';

/** Which keys there are, and which of them signs. */
export interface KeyPlan {
  /** Names of keys whose signatures open the library; of each a pair is made when it first stands here. */
  readonly trusted: readonly string[];
  readonly signsWith: string;
}

/** The keys of the library, by name. */
export class Keys extends Construct {
  readonly ring: KeyRing;

  constructor(scope: Construct, id: string, { trusted, signsWith }: KeyPlan) {
    super(scope, id);
    const keys = new Map(trusted.map((name) => [name, new SigningKey(this, name)]));
    const signer = keys.get(signsWith);
    this.ring = new KeyRing(this, 'Ring', { trusted: [...keys.values()], ...(signer && { signsWith: signer }) });
  }
}
