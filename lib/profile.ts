import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

export type ProfileName = 'sandbox' | 'production';

/**
 * What differs between trying an architecture and running it, as data. Architectures pass these values to their
 * blocks as explicit props; no block asks which profile it is in.
 */
export interface Profile {
  readonly name: ProfileName;
  /** What happens to a stateful resource when it leaves the template. */
  readonly removalPolicy: RemovalPolicy;
  /** Whether services are asked to refuse deletion (tables, load balancers), and the stack itself too. */
  readonly deletionProtection: boolean;
  /** How long logs are kept where no claim says otherwise. */
  readonly logRetention: RetentionDays;
  /** How long a deleted key can still be brought back, 7 to 30 days. */
  readonly keyPendingWindow: Duration;
  /** How many availability zones paid parts (NAT gateways, instances) are spread over. */
  readonly paidZones: number;
}

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  sandbox: {
    name: 'sandbox',
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    logRetention: RetentionDays.ONE_WEEK,
    keyPendingWindow: Duration.days(7),
    paidZones: 1,
  },
  production: {
    name: 'production',
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
    logRetention: RetentionDays.ONE_YEAR,
    keyPendingWindow: Duration.days(30),
    paidZones: 3,
  },
};
