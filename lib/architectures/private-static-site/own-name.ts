import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { refuse } from '../../constructs/faults';
import type { EdgeDistributionProps } from '../../constructs/edge/edge-distribution';
import type { Settings } from '../../settings';

/** A name for the site, its certificate and its zone: all three when a name is given, else none of them. */
export function ownName(
  scope: Construct,
  { domainName, certificateArn, hostedZoneId }: Settings,
): Pick<EdgeDistributionProps, 'domainNames' | 'certificate' | 'hostedZone'> {
  if (domainName === undefined) return {};
  refuse(scope, [
    certificateArn === undefined &&
      `domainName is ${domainName} without certificateArn; give the certificate of us-east-1 that covers it, or leave the name out`,
    hostedZoneId === undefined &&
      `domainName is ${domainName} without hostedZoneId; give the zone that holds it, or leave the name out`,
  ]);
  return {
    domainNames: [domainName],
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn!),
    // Records are written with their full names, so that it does not matter how far up the zone begins.
    hostedZone: HostedZone.fromHostedZoneAttributes(scope, 'Zone', {
      hostedZoneId: hostedZoneId!,
      zoneName: domainName,
    }),
  };
}
