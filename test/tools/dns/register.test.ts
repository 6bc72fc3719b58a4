import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckDomainAvailabilityCommand, Route53DomainsClient } from '@aws-sdk/client-route-53-domains';
import { mockClient } from 'aws-sdk-client-mock';
import { available, register, type Step } from '../../../tools/dns/register';
import { listening } from '../../support/console';

const domains = mockClient(Route53DomainsClient);
const said = listening();
const folder = mkdtempSync(join(tmpdir(), 'groundplan-contact-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => domains.reset());

const ada = {
  FirstName: 'Ada',
  LastName: 'Lovelace',
  ContactType: 'PERSON',
  AddressLine1: '12 St James Square',
  City: 'London',
  CountryCode: 'GB',
  PhoneNumber: '+44.2079460000',
  Email: 'ada@example.com',
};
const contact = (content: unknown, name = 'contact.json'): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

test('the calls of a registration are told in order, each in us-east-1, and none is made [edge-register-domain]', async () => {
  const file = contact(ada);
  expect(await register(['example.com', '--contact', file, '--years', '2', '--json'])).toBe(0);
  const steps = JSON.parse(said[0]) as Step[];
  expect(steps.map(({ command }) => command.split(' ').slice(1, 3).join(' '))).toEqual([
    'route53domains check-domain-availability',
    'route53domains list-prices',
    'route53domains register-domain',
    'route53domains get-operation-detail',
    'route53 list-hosted-zones-by-name',
    'groundplan dns',
  ]);
  const calls = steps.map(({ command }) => command).filter((command) => command.includes('route53domains'));
  expect(calls.every((command) => command.includes('--region us-east-1'))).toBe(true);
  expect(steps[2].command).toContain(
    `--domain-name example.com --duration-in-years 2 --auto-renew --admin-contact file://${file} --registrant-contact file://${file} --tech-contact file://${file} --privacy-protect-admin-contact`,
  );
  expect(steps[2].does).toContain('makes a zone with four name servers and tells them to the registry');
  expect(steps[4].does).toContain('each further zone is billed');
  expect(domains.calls()).toEqual([]);
});

test.each([
  ['AVAILABLE', 0, 'example.com: nobody has it'],
  ['UNAVAILABLE', 1, 'example.com: somebody has it'],
  ['DONT_KNOW', 1, 'example.com: the registry did not answer; ask again'],
  ['NEW_WORD', 1, 'example.com: NEW_WORD'],
])('a domain that is %s is told with %d: %s [edge-register-domain]', async (Availability, code, words) => {
  domains
    .on(CheckDomainAvailabilityCommand, { DomainName: 'example.com' })
    .resolves({ Availability: Availability as 'AVAILABLE' });
  expect(await available(['example.com'], () => new Route53DomainsClient({ region: 'us-east-1' }))).toBe(code);
  expect(said).toEqual([words]);
});

test.each<[string, () => string[]]>([
  ['the domain is missing', () => []],
  ['--contact is missing; give a file of JSON with FirstName, LastName', () => ['example.com']],
  ['no.json, which cannot be read as JSON', () => ['example.com', '--contact', join(folder, 'no.json')]],
  ['bad.json, which cannot be read as JSON', () => ['example.com', '--contact', contact('{', 'bad.json')]],
  [
    'lacks LastName, Email',
    () => ['example.com', '--contact', contact({ ...ada, LastName: '', Email: 7 }, 'half.json')],
  ],
  [
    'PhoneNumber is 0207; write it as +1.2065550100',
    () => ['example.com', '--contact', contact({ ...ada, PhoneNumber: '0207' }, 'phone.json')],
  ],
  ['--years is 11; give 1 to 10', () => ['example.com', '--contact', contact(ada), '--years', '11']],
])('fails when %s', async (message, args) => {
  expect(await register(args())).toBe(2);
  expect(said.join('\n')).toContain(message);
});
