import { Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ManagedLoginVersion, UserPoolDomain, type IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { UserPoolDomainTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import { certificateRegion } from '../certificate-region';
import { AliasRecord } from '../edge/alias-record';
import { EDGE_REGION } from '../edge/edge-certificate';
import { uniqueInAccount } from '../unique-in-account';

export interface OwnDomain {
  /** The name in full, `login.example.com`. The name above it must have an address already, as Cognito asks for that. */
  readonly domainName: string;
  /** For that name, of us-east-1 whatever the region of the pool: CloudFront serves the pages. */
  readonly certificate: ICertificate;
  /**
   * The public zone in which the name is written.
   * @default - somebody writes the record
   */
  readonly hostedZone?: IHostedZone;
}

/**
 * Where people sign in: pages that Cognito serves, on a name of its own domain or on one of ours.
 *
 * @claims serverless-sign-in-pages
 */
export abstract class SignInPages {
  /** On `<word>.auth.<region>.amazoncognito.com`, with a word that no other stack has. */
  static unique(): SignInPages {
    return new Prefix((place) => `login-${place.node.addr.slice(-8)}-${uniqueInAccount}`);
  }

  /** On `<prefix>.auth.<region>.amazoncognito.com`. The prefix must be free in the region, over all accounts. */
  static prefix(prefix: string): SignInPages {
    return new Prefix(() => prefix, prefix);
  }

  /** On a name of one's own. */
  static domain(options: OwnDomain): SignInPages {
    return new Domain(options);
  }

  /** What cannot work about it. */
  abstract faults(): (string | false)[];
  /** Sets it up for a pool; called once. */
  abstract bind(place: Construct, pool: IUserPool): UserPoolDomain;
}

/** The newer pages, whose look each application can change. */
const managedLoginVersion = ManagedLoginVersion.NEWER_MANAGED_LOGIN;
/** Words Cognito keeps for itself. */
const reserved = ['aws', 'amazon', 'cognito'];

class Prefix extends SignInPages {
  constructor(
    private readonly prefixOf: (place: Construct) => string,
    private readonly given = '',
  ) {
    super();
  }

  faults(): (string | false)[] {
    if (this.given === '' || Token.isUnresolved(this.given)) return [];
    const found = reserved.filter((word) => this.given.toLowerCase().includes(word));
    return [
      !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(this.given) &&
        `pages has the prefix ${this.given}; give 1 to 63 small letters, digits and hyphens, with no hyphen at either end`,
      found.length > 0 &&
        `pages has the prefix ${this.given}, in which Cognito does not allow ${found.join(' or ')}; choose another word`,
    ];
  }

  bind(place: Construct, userPool: IUserPool): UserPoolDomain {
    const cognitoDomain = { domainPrefix: this.prefixOf(place) };
    return new UserPoolDomain(place, 'Pages', { userPool, cognitoDomain, managedLoginVersion });
  }
}

class Domain extends SignInPages {
  constructor(private readonly options: OwnDomain) {
    super();
  }

  faults(): (string | false)[] {
    const { domainName, certificate } = this.options;
    const region = certificateRegion(certificate) ?? EDGE_REGION;
    return [
      !Token.isUnresolved(domainName) &&
        domainName.split('.').length < 3 &&
        `pages has the domain ${domainName}, which has no name above it that could have an address; give one such as login.${domainName}`,
      region !== EDGE_REGION &&
        `pages has a certificate of ${region}; CloudFront serves the pages, so ask for one in ${EDGE_REGION}`,
    ];
  }

  bind(place: Construct, userPool: IUserPool): UserPoolDomain {
    const { domainName, certificate, hostedZone } = this.options;
    const domain = new UserPoolDomain(place, 'Pages', {
      userPool,
      customDomain: { domainName, certificate },
      managedLoginVersion,
    });
    if (hostedZone) {
      new AliasRecord(place, 'Record', {
        zone: hostedZone,
        name: domainName,
        target: new UserPoolDomainTarget(domain),
      });
    }
    return domain;
  }
}
