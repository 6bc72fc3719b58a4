import { Stack, Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { certificateFaults, issued, type CertificateProps } from './certificate-parts';
import { ImportedCertificate, type ImportedCertificateProps } from './imported-certificate';

/** The one region whose certificates CloudFront uses. */
export const EDGE_REGION = 'us-east-1';

export type EdgeCertificateProps = CertificateProps;

/**
 * A public certificate for a distribution: issued and renewed by ACM, in us-east-1 whatever the region of the rest. It stands
 * in a stack of that region; an app elsewhere refers to it across regions.
 *
 * @claims edge-certificate-us-east-1, edge-acm-dns-certificate, edge-acm-export
 */
export class EdgeCertificate extends Construct {
  /** One that was bought elsewhere and imported in us-east-1, with an alarm before it expires: nobody renews it. */
  static fromImported(scope: Construct, id: string, props: ImportedCertificateProps): ICertificate {
    refuse(scope, [regionFault(Stack.of(scope))]);
    return new ImportedCertificate(scope, id, props).certificate;
  }

  readonly certificate: ICertificate;

  constructor(scope: Construct, id: string, props: EdgeCertificateProps) {
    super(scope, id);
    refuse(this, [regionFault(Stack.of(this)), ...certificateFaults(props)]);
    this.certificate = issued(this, props);
  }
}

function regionFault({ region, node }: Stack): string | false {
  if (region === EDGE_REGION) return false;
  const where = Token.isUnresolved(region) ? 'no fixed region' : `the region ${region}`;
  return `the stack ${node.path} has ${where}, and CloudFront uses certificates of ${EDGE_REGION} only; put this into a stack of its own with env: { region: '${EDGE_REGION}' }`;
}
