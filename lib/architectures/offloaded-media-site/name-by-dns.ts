import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { ApiDomain } from '../../constructs/serverless/api-domain';
import type { Settings } from '../../settings';

/** A name that leads to the API, and to the maintenance page while the API is down. */
export interface NameByDns {
  readonly api: ApiDomain;
  readonly zone: IHostedZone;
  /** Of us-east-1, for the page. */
  readonly certificate: ICertificate;
}

/** The name, where both the API and the page have a certificate for it; with that of the page alone, the distribution has the name. */
export function nameByDns(
  scope: Construct,
  { domainName, hostedZoneId, certificateArn, edgeCertificateArn }: Settings,
): NameByDns | undefined {
  if (!domainName || !hostedZoneId || !certificateArn || !edgeCertificateArn) return undefined;
  return {
    api: { domainName, certificate: Certificate.fromCertificateArn(scope, 'ApiCertificate', certificateArn) },
    zone: HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName: domainName }),
    certificate: Certificate.fromCertificateArn(scope, 'PageCertificate', edgeCertificateArn),
  };
}
