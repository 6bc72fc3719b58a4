import { Stack, Token } from 'aws-cdk-lib';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';

/** The one region whose certificates CloudFront uses. */
export const EDGE_REGION = 'us-east-1';

export interface EdgeCertificateProps {
  /** Names it covers, the first as its subject; `*.` stands for one label at the beginning. 1 to 10. */
  readonly names: readonly string[];
  /**
   * The public zone that holds all names. It gets the record that proves them; as long as that stays, ACM renews by itself.
   * @default - none; then `validation` must be 'email'
   */
  readonly zone?: IHostedZone;
  /**
   * How the names are proved. By e-mail somebody has to click, now and at each renewal.
   * @default 'dns'
   */
  readonly validation?: 'dns' | 'email';
  /**
   * Whether the private key may be exported, to install the certificate on a machine. Billed when issued and renewed.
   * @default false
   */
  readonly exportable?: boolean;
  /**
   * How many names a certificate may have in this account.
   * @default 10
   */
  readonly namesPerCertificate?: number;
}

/**
 * A public certificate for a distribution: issued and renewed by ACM, in us-east-1 whatever the region of the rest. It stands
 * in a stack of that region; an app elsewhere refers to it across regions.
 *
 * @claims edge-certificate-us-east-1, edge-acm-dns-certificate, edge-acm-export
 */
export class EdgeCertificate extends Construct {
  readonly certificate: ICertificate;

  constructor(scope: Construct, id: string, props: EdgeCertificateProps) {
    super(scope, id);
    const { names, zone, validation = 'dns', exportable = false, namesPerCertificate = 10 } = props;
    refuse(this, [
      regionFault(Stack.of(this)),
      ...nameFaults(names, namesPerCertificate),
      validation === 'dns' &&
        zone === undefined &&
        'validation is dns without a zone to write the proof into; give zone, or say validation: email',
      validation === 'email' &&
        zone !== undefined &&
        'validation is email although zone can hold the proof and renew by itself; leave one of them out',
      ...(zone ? zoneFaults(names, zone) : []),
    ]);

    const [domainName, ...subjectAlternativeNames] = names as [string, ...string[]];
    this.certificate = new Certificate(this, 'Certificate', {
      domainName,
      ...(subjectAlternativeNames.length > 0 && { subjectAlternativeNames }),
      validation: zone ? CertificateValidation.fromDns(zone) : CertificateValidation.fromEmail(),
      allowExport: exportable,
    });
  }
}

function regionFault({ region, node }: Stack): string | false {
  if (region === EDGE_REGION) return false;
  const where = Token.isUnresolved(region) ? 'no fixed region' : `the region ${region}`;
  return `the stack ${node.path} has ${where}, and CloudFront uses certificates of ${EDGE_REGION} only; put this into a stack of its own with env: { region: '${EDGE_REGION}' }`;
}

function nameFaults(names: readonly string[], most: number): (string | false)[] {
  const known = names.filter((name) => !Token.isUnresolved(name));
  return [
    names.length === 0 && 'names is empty; give the name the site is reached by',
    names.length > most &&
      `names has ${names.length} names; a certificate takes ${most}, so use a wildcard, or raise the quota and say so in namesPerCertificate`,
    ...known.flatMap((name) => [
      name.replace(/^\*\./, '').includes('*') &&
        `names has ${name}; a wildcard stands once, for the first label, such as *.example.com`,
    ]),
    known[0] !== undefined &&
      known[0].length > 64 &&
      `names begins with ${known[0]}, ${known[0].length} characters; the subject takes 64, so put a shorter name first`,
  ];
}

function zoneFaults(names: readonly string[], { zoneName }: IHostedZone): (string | false)[] {
  if (Token.isUnresolved(zoneName)) return [];
  return names
    .filter((name) => !Token.isUnresolved(name))
    .map((name) => {
      const plain = name.replace(/^\*\./, '');
      const within = plain === zoneName || plain.endsWith(`.${zoneName}`);
      return !within && `names has ${name}, which the zone ${zoneName} does not hold; it could never be proved there`;
    });
}
