import { GetHostedZoneCommand, ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetDomainDetailCommand, Route53DomainsClient } from '@aws-sdk/client-route-53-domains';
import { orNone, resolverAt, type Resolver } from './lookup';
import { domainOf, told, wordsOf } from './words';

/** Whom to ask. */
export interface AuditClients {
  readonly zones: () => Route53Client;
  readonly domains: () => Route53DomainsClient;
  readonly resolver: (server: string | undefined) => Resolver;
}

const clients: AuditClients = {
  zones: () => new Route53Client({}),
  // Registration is a service of us-east-1, wherever one is.
  domains: () => new Route53DomainsClient({ region: 'us-east-1' }),
  resolver: resolverAt,
};

export interface DomainAudit {
  readonly domain: string;
  /** Who registered the domain: Route 53 in this account, or somebody else. */
  readonly registrar: 'Route 53' | 'elsewhere';
  /** Who answers for it: a zone of this account, or somebody else. */
  readonly hosting: 'Route 53' | 'elsewhere';
  /** The name servers that the parent names. */
  readonly delegated: readonly string[];
  /** Those of the zone. */
  readonly zone: readonly string[];
  readonly isRight: boolean;
  /** What to do, in order. */
  readonly next: readonly string[];
}

/**
 * Holds the name servers that the registrar of a domain names against those of its zone. Registrar and DNS hosting are two roles: Route 53
 * can have both, or either. Where the two lists differ, nobody is told what the zone says.
 *
 * @returns 0 where they agree, 1 where they do not or nobody could be asked, 2 where the words cannot be understood
 * @claims edge-registrar-and-hosting
 */
export function audit(args: readonly string[], { zones, domains, resolver }: AuditClients = clients): Promise<number> {
  return told(async () => {
    const { positionals, values } = wordsOf(args, ['the domain'], { server: { type: 'string' } });
    const domain = domainOf(positionals[0]);
    const zone = await zoneServers(zones(), domain);
    const registered = await registeredServers(domains(), domain);
    const delegated =
      registered ??
      (await orNone(resolver(values.server as string | undefined).resolveNs(domain), domain)).map(tidy).sort();
    const found = judged(domain, registered !== undefined, delegated, zone);
    console.log(values.json ? JSON.stringify(found, undefined, 2) : inWords(found));
    return found.isRight ? 0 : 1;
  });
}

/** The servers of the public zone; none where the account has no such zone. */
async function zoneServers(client: Route53Client, domain: string): Promise<string[]> {
  const { HostedZones = [] } = await client.send(new ListHostedZonesByNameCommand({ DNSName: domain, MaxItems: 10 }));
  const own = HostedZones.filter(({ Name, Config }) => Name === `${domain}.` && !Config?.PrivateZone);
  if (own.length > 1)
    throw new Error(
      `there are ${own.length} public zones of ${domain}: ${own.map(({ Id }) => Id).join(', ')}; one answers, each is billed, so delete the others`,
    );
  if (own.length === 0) return [];
  const { DelegationSet } = await client.send(new GetHostedZoneCommand({ Id: own[0].Id }));
  return (DelegationSet?.NameServers ?? []).map(tidy).sort();
}

/** What Route 53 as registrar tells the registry; nothing where the domain is not registered by this account. */
async function registeredServers(client: Route53DomainsClient, domain: string): Promise<string[] | undefined> {
  try {
    const { Nameservers = [] } = await client.send(new GetDomainDetailCommand({ DomainName: domain }));
    return Nameservers.map(({ Name = '' }) => tidy(Name)).sort();
  } catch (error) {
    if ((error as Error).name === 'InvalidInput') return undefined;
    throw error;
  }
}

const tidy = (server: string): string => server.toLowerCase().replace(/\.$/, '');

function judged(domain: string, own: boolean, delegated: readonly string[], zone: readonly string[]): DomainAudit {
  const registrar = own ? 'Route 53' : 'elsewhere';
  if (zone.length === 0)
    return {
      domain,
      registrar,
      hosting: 'elsewhere',
      delegated,
      zone,
      isRight: delegated.length > 0,
      next: foreign(domain, delegated),
    };
  const isRight = delegated.join(' ') === zone.join(' ');
  return {
    domain,
    registrar,
    hosting: 'Route 53',
    delegated,
    zone,
    isRight,
    next: isRight ? [] : mending(domain, own, zone),
  };
}

const foreign = (domain: string, delegated: readonly string[]): string[] =>
  delegated.length > 0
    ? [`To host it in Route 53: make a zone, copy the records, lower their TTL, and run this again.`]
    : [`Nobody answers for ${domain}: make a PublicZone for it, and run this again.`];

function mending(domain: string, own: boolean, zone: readonly string[]): string[] {
  const set = own
    ? `aws route53domains update-domain-nameservers --region us-east-1 --domain-name ${domain} --nameservers ${zone.map((server) => `Name=${server}`).join(' ')}`
    : `At the registrar of ${domain}, replace all name servers by ${zone.join(', ')}`;
  return [set, 'Resolvers keep the old ones for up to two days; leave the old zone as it is until then.'];
}

function inWords({ domain, registrar, hosting, delegated, zone, isRight, next }: DomainAudit): string {
  const lines = [
    `${domain} is registered ${registrar === 'elsewhere' ? registrar : `by ${registrar}`}, and hosted ${hosting === 'elsewhere' ? hosting : `in ${hosting}`}`,
    `the parent names  ${delegated.join(' ') || 'nobody'}`,
    ...(zone.length > 0 ? [`the zone has      ${zone.join(' ')}`] : []),
    ...(isRight && zone.length > 0 ? ['they agree'] : []),
  ];
  return [...lines, ...next.map((line, at) => `${at + 1}. ${line}`)].join('\n');
}
