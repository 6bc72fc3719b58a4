import { Duration } from 'aws-cdk-lib';
import { OriginGroup } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Construct } from 'constructs';
import { customOrigin } from '../../constructs/edge/custom-origin';
import type { Settings } from '../../settings';
import { hostOf } from './board-api';
import { outages, type DoorProps } from './door';
import { OriginName } from './origin-name';
import type { RegionalSite } from './regional-site';

/** How long CloudFront waits for a Region that says nothing, before it asks the other. */
const patience = { readTimeout: Duration.seconds(10) };

export interface Sites {
  readonly home: RegionalSite;
  readonly away: RegionalSite;
}

/**
 * Who answers reads, and who takes writes. With a name of one's own Route 53 sends both to the nearest Region that is healthy.
 * Without, CloudFront asks the other Region again for what the one could not answer, which it does for reads alone.
 */
export function originsOf(
  scope: Construct,
  { domainName, hostedZoneId }: Settings,
  { home, away }: Sites,
): Pick<DoorProps, 'reads' | 'writes'> {
  if (domainName !== undefined && hostedZoneId !== undefined) {
    const name = `origin.${domainName}`;
    new OriginName(scope, 'OriginName', { name, zone: { hostedZoneId, zoneName: domainName }, sites: [home, away] });
    const both = customOrigin(scope, { domainName: name, ...patience });
    return { reads: both, writes: both };
  }
  const [first, second] = [home, away].map(({ entry }) =>
    customOrigin(scope, { domainName: hostOf(scope, entry), path: entry.folder, ...patience }),
  );
  return {
    reads: new OriginGroup({ primaryOrigin: first, fallbackOrigin: second, fallbackStatusCodes: outages }),
    writes: first,
  };
}
