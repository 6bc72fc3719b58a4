import { readFileSync } from 'node:fs';
import { CheckDomainAvailabilityCommand, Route53DomainsClient } from '@aws-sdk/client-route-53-domains';
import { domainOf, Misunderstood, told, wordsOf } from './words';

/** A call of the AWS CLI, and what it does. */
export interface Step {
  readonly does: string;
  readonly command: string;
}

const client = () => new Route53DomainsClient({ region: 'us-east-1' });

const meanings: Readonly<Record<string, string>> = {
  AVAILABLE: 'nobody has it',
  AVAILABLE_RESERVED: 'nobody has it, and some may register it only',
  AVAILABLE_PREORDER: 'it can be ordered, and comes later',
  UNAVAILABLE: 'somebody has it',
  UNAVAILABLE_PREMIUM: 'it is sold at a price of its own, and not by Route 53',
  UNAVAILABLE_RESTRICTED: 'it is forbidden',
  RESERVED: 'it is reserved',
  DONT_KNOW: 'the registry did not answer; ask again',
  INVALID_NAME_FOR_TLD: 'its registry takes no such name',
  PENDING: 'the registry has not answered yet; ask again',
};

/**
 * Says whether a domain can be registered.
 *
 * @returns 0 where it can, 1 where it cannot or nobody could be asked, 2 where the words cannot be understood
 * @claims edge-register-domain
 */
export function available(args: readonly string[], domains = client): Promise<number> {
  return told(async () => {
    const { positionals, values } = wordsOf(args, ['the domain'], {});
    const domain = domainOf(positionals[0]);
    const { Availability = 'DONT_KNOW' } = await domains().send(
      new CheckDomainAvailabilityCommand({ DomainName: domain }),
    );
    const free = Availability === 'AVAILABLE';
    const line = `${domain}: ${meanings[Availability] ?? Availability}`;
    console.log(values.json ? JSON.stringify({ domain, availability: Availability }, undefined, 2) : line);
    return free ? 0 : 1;
  });
}

/**
 * Prints the calls that register a domain, in order. None is made: a registration is bought for a year at least, is not given
 * back, and no deployment should ever do it.
 *
 * @claims edge-register-domain
 */
export function register(args: readonly string[]): Promise<number> {
  return told(() => {
    const { positionals, values } = wordsOf(args, ['the domain'], {
      contact: { type: 'string' },
      years: { type: 'string' },
    });
    const domain = domainOf(positionals[0]);
    const years = String(values.years ?? '1');
    if (!/^([1-9]|10)$/.test(years)) throw new Misunderstood(`--years is ${years}; give 1 to 10`);
    const steps = stepsFor(domain, contactAt(values.contact as string | undefined), years);
    console.log(
      values.json
        ? JSON.stringify(steps, undefined, 2)
        : steps.map(({ does, command }, at) => `# ${at + 1}. ${does}\n${command}`).join('\n'),
    );
    return 0;
  });
}

const needed = ['FirstName', 'LastName', 'ContactType', 'AddressLine1', 'City', 'CountryCode', 'PhoneNumber', 'Email'];

/** The file with who registers; looked at here, since a registrar finds what is wrong days later. */
function contactAt(path: string | undefined): string {
  if (path === undefined)
    throw new Misunderstood(`--contact is missing; give a file of JSON with ${needed.join(', ')}`);
  let contact: Readonly<Record<string, unknown>>;
  try {
    contact = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new Misunderstood(`--contact is ${path}, which cannot be read as JSON: ${(error as Error).message}`);
  }
  const missing = needed.filter((key) => typeof contact[key] !== 'string' || contact[key] === '');
  const phone = typeof contact.PhoneNumber === 'string' ? contact.PhoneNumber : '';
  const faults = [
    missing.length > 0 && `${path} lacks ${missing.join(', ')}`,
    phone !== '' && !/^\+\d{1,3}\.\d{4,14}$/.test(phone) && `PhoneNumber is ${phone}; write it as +1.2065550100`,
  ].filter(Boolean);
  if (faults.length > 0) throw new Misunderstood(faults.join('\n'));
  return path;
}

function stepsFor(domain: string, contact: string, years: string): Step[] {
  const call = (operation: string) => `aws route53domains ${operation} --region us-east-1`;
  const who = ['admin', 'registrant', 'tech'].map((role) => `--${role}-contact file://${contact}`).join(' ');
  return [
    {
      does: 'whether somebody has it',
      command: `${call('check-domain-availability')} --domain-name ${domain} --query Availability --output text`,
    },
    {
      does: 'what it costs, by the year',
      command: `${call('list-prices')} --tld ${domain.slice(domain.indexOf('.') + 1)}`,
    },
    {
      does: `it is bought for ${years} ${years === '1' ? 'year' : 'years'}, without showing who; Route 53 makes a zone with four name servers and tells them to the registry`,
      command: `${call('register-domain')} --domain-name ${domain} --duration-in-years ${years} --auto-renew ${who} --privacy-protect-admin-contact --privacy-protect-registrant-contact --privacy-protect-tech-contact --query OperationId --output text`,
    },
    {
      does: 'how far it is; somebody must also open a link in a mail within 15 days, or the domain is suspended',
      command: `${call('get-operation-detail')} --operation-id <from above> --query Status --output text`,
    },
    {
      does: 'the zone it made; each further zone is billed, so use this one, or delete it and name the servers of yours',
      command: `aws route53 list-hosted-zones-by-name --dns-name ${domain} --max-items 1`,
    },
    { does: 'whether the registry has the servers of the zone', command: `npx groundplan dns audit ${domain}` },
  ];
}
