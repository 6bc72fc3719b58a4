import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { certificateFaults, issued, type CertificateProps } from './certificate-parts';

/**
 * A public certificate for load balancers, APIs and whatever else stands in a region: issued and renewed by ACM in the region of its
 * stack, where those want it. An application in two regions has one in each.
 *
 * @claims edge-acm-regional, edge-acm-dns-certificate
 */
export class RegionalCertificate extends Construct {
  readonly certificate: ICertificate;

  constructor(scope: Construct, id: string, { ...props }: CertificateProps) {
    super(scope, id);
    refuse(this, certificateFaults(props));
    this.certificate = issued(this, props);
  }
}
