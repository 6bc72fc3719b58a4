import { Annotations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { refuse } from './constructs/faults';
import type { EdgeDistributionProps } from './constructs/edge/edge-distribution';
import type { Settings } from './settings';

/** A name for the site, its certificate and its zone: all three, or none of them and CloudFront's own name. */
export function ownName(
  scope: Construct,
  { domainName, edgeCertificateArn, hostedZoneId }: Settings,
): Pick<EdgeDistributionProps, 'domainNames' | 'certificate' | 'hostedZone'> {
  if (domainName === undefined) return {};
  refuse(scope, [
    hostedZoneId === undefined &&
      `domainName is ${domainName} without hostedZoneId; give the zone that holds it, or leave the name out`,
  ]);
  if (edgeCertificateArn === undefined) {
    Annotations.of(scope).addWarningV2(
      'groundplan:no-edge-certificate',
      `The site keeps CloudFront's own name: ${domainName} needs a certificate of us-east-1; give it as edgeCertificateArn.`,
    );
    return {};
  }
  return {
    domainNames: [domainName],
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', edgeCertificateArn),
    // Records are written with their full names, so that it does not matter how far up the zone begins.
    hostedZone: HostedZone.fromHostedZoneAttributes(scope, 'Zone', {
      hostedZoneId: hostedZoneId!,
      zoneName: domainName,
    }),
  };
}
