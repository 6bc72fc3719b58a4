import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../lib/app';
import { catalogue } from '../../lib/catalogue';
import { bareName, type DnsZone } from '../../lib/constructs/edge/record-set';
import { resolve, type DnsAnswer } from '../../lib/constructs/edge/resolve-routed';
import { isWithin } from '../../lib/constructs/network/domain-name';
import { clientAt, addressOf, knownClients } from './clients';
import { Misunderstood, told, wordsOf } from './words';
import { zoneIn, type ZoneTemplate } from './zone-of-template';

/**
 * Says what a name of an architecture is answered with, by its template: who asks from where, while which checks fail.
 *
 * @claims edge-routing-simulator
 */
export function answer(args: readonly string[]): Promise<number> {
  return told(() => {
    const { positionals, values } = wordsOf(args, ['the architecture', 'the name'], {
      type: { type: 'string' },
      from: { type: 'string' },
      down: { type: 'string', multiple: true },
    });
    const [architecture, name] = positionals;
    const template = templateOf(architecture);
    const zone = zoneFor(template, name);
    const asked = name.includes('.') ? name : `${name}.${zone.name}`;
    const type = String(values.type ?? 'A').toUpperCase();
    const address = values.from === undefined ? undefined : addressFrom(String(values.from));
    const unhealthy = new Set(((values.down ?? []) as string[]).flatMap((word) => checksNamed(template, word)));
    const found = resolve({ name: asked, type }, zone, clientAt(address), { unhealthy });
    console.log(
      values.json
        ? JSON.stringify(
            { name: asked, type, ...(address && { from: address }), unhealthy: [...unhealthy], ...found },
            undefined,
            2,
          )
        : inWords(found),
    );
    return found.code === 'NOERROR' ? 0 : 1;
  });
}

function templateOf(name: string): ZoneTemplate {
  if (!catalogue.some((one) => one.name === name))
    throw new Misunderstood(
      `the architecture is "${name}"; give one of ${catalogue.map((one) => one.name).join(', ')}`,
    );
  const outdir = mkdtempSync(join(tmpdir(), 'groundplan-dns-'));
  try {
    const app = createApp(
      { only: [name] },
      { gates: false, outdir, context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true } },
    );
    return app.synth().getStackByName(name).template as ZoneTemplate;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The zone that holds a name, the deepest of them; for a label alone the one that has it. */
function zoneFor(template: ZoneTemplate, name: string): DnsZone {
  const zones = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Route53::HostedZone')
    .map(({ Properties }) => bareName(String(Properties?.Name)))
    .sort((a, b) => b.length - a.length);
  if (zones.length === 0) throw new Misunderstood('the architecture has no zone; there is nothing to ask');
  const bare = bareName(name);
  const holds = (zone: string) =>
    name.includes('.')
      ? isWithin(bare, zone)
      : zoneIn(template, zone).records.some((record) => bareName(record.Name) === `${bare}.${zone}`);
  const found = zones.find(holds);
  if (found === undefined)
    throw new Misunderstood(`the name is ${name}, which no zone holds; there are ${zones.join(', ')}`);
  return zoneIn(template, found);
}

function addressFrom(who: string): string {
  const known = knownClients.find(({ name }) => name === who);
  if (known) return addressOf(known);
  if (/^[0-9.]+$|:/.test(who)) return who;
  throw new Misunderstood(
    `--from is ${who}; give an address, or one of ${knownClients.map(({ name }) => name).join(', ')}`,
  );
}

/** Health checks whose logical id has the word, and those that need them. */
function checksNamed({ Resources }: ZoneTemplate, word: string): string[] {
  const checks = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Route53::HealthCheck');
  const found = checks.filter(([id]) => id.toLowerCase().includes(word.toLowerCase())).map(([id]) => id);
  if (found.length === 0)
    throw new Misunderstood(
      `--down is ${word}; give a part of ${checks.map(([id]) => id).join(', ') || 'a check, of which there are none'}`,
    );
  const parents = checks.filter(([, { Properties }]) => {
    const { ChildHealthChecks = [], HealthThreshold = 0 } = Properties?.HealthCheckConfig as {
      readonly ChildHealthChecks?: readonly unknown[];
      readonly HealthThreshold?: number;
    };
    const down = ChildHealthChecks.filter((child) => found.some((id) => JSON.stringify(child).includes(`"${id}"`)));
    return down.length > ChildHealthChecks.length - HealthThreshold;
  });
  return [...found, ...parents.map(([id]) => id)];
}

function inWords({ code, values, chosen, ttl }: DnsAnswer): string {
  if (code === 'NXDOMAIN') return 'there is no such name';
  if (code === 'NODATA') return 'the name is there, but nobody answers this client for this type';
  if (code === 'REFERRAL') return `another zone answers, at ${values.join(' ')}`;
  const kept = ttl === undefined ? '' : `, kept for ${ttl} seconds`;
  return `${values.join(' ')}${chosen.length > 0 ? ` (${chosen.join(', ')})` : ''}${kept}`;
}
