import { Token } from 'aws-cdk-lib';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';

export interface CertificateProps {
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

/** What nobody could issue, or nobody could renew. */
export function certificateFaults({
  names,
  zone,
  validation = 'dns',
  namesPerCertificate = 10,
}: CertificateProps): (string | false)[] {
  return [
    ...nameFaults(names, namesPerCertificate),
    validation === 'dns' &&
      zone === undefined &&
      'validation is dns without a zone to write the proof into; give zone, or say validation: email',
    validation === 'email' &&
      zone !== undefined &&
      'validation is email although zone can hold the proof and renew by itself; leave one of them out',
    ...(zone ? zoneFaults(names, zone) : []),
  ];
}

/** The certificate, as the construct `Certificate` of a scope. */
export function issued(scope: Construct, { names, zone, exportable = false }: CertificateProps): ICertificate {
  const [domainName, ...subjectAlternativeNames] = names as [string, ...string[]];
  return new Certificate(scope, 'Certificate', {
    domainName,
    ...(subjectAlternativeNames.length > 0 && { subjectAlternativeNames }),
    validation: zone ? CertificateValidation.fromDns(zone) : CertificateValidation.fromEmail(),
    allowExport: exportable,
  });
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
