import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { createApp } from '../../lib/app';
import type { ContentRouter } from '../../lib/architectures/content-router/content-router-stack';
import { bootKit } from '../../lib/constructs/compute/boot-kit';
import { lcu, type BalancerUsage } from '../../lib/constructs/compute/capacity-units';
import { chooseLoadBalancer, type BalancerNeeds } from '../../lib/constructs/compute/choose-load-balancer';
import { ownCertificate } from '../../lib/constructs/compute/own-certificate';
import type { Settings } from '../../lib/settings';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf, tcp } from '../support/reachability';

const name = 'content-router';
const root = join(__dirname, '../../lib/architectures', name);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const named: Settings = {
  region: 'eu-west-1',
  domainName: 'shop.example.org',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/one',
};
const signedIn: Settings = { ...named, googleClientId: '1234-abcd.apps.googleusercontent.com' };
const template = architecture(name);

type Properties = Readonly<Record<string, any>>;
const all = (of: Template, type: string): Properties[] =>
  Object.values(of.findResources(`AWS::${type}`)).map(({ Properties }) => Properties as Properties);
const idOf = (of: Template, priority: number): string =>
  Object.entries(of.findResources('AWS::ElasticLoadBalancingV2::ListenerRule', { Properties: { Priority: priority } }))
    .map(([id]) => /Rules([A-Za-z0-9]+?)Rule/.exec(id)![1])
    .join();
const rulesIn = (of: Template) =>
  all(of, 'ElasticLoadBalancingV2::ListenerRule')
    .map((rule) => ({ ...rule, name: idOf(of, rule.Priority as number) }) as Properties)
    .sort((one, other) => one.Priority - other.Priority);

/** What is behind a target group: the service, and its release. */
function serviceOf({ Ref }: { Ref: string }): [service: string, release: string] {
  const [, part] = /^Services(Pages|Blog|OrdersNext|Orders)Targets/.exec(Ref)!;
  return part === 'OrdersNext' ? ['orders', '2'] : [part.toLowerCase(), '1'];
}

describe('content-router', () => {
  matchesItsSnapshots(name);

  describe('rules', () => {
    test('are those of the README, in their order [compute-alb-rules, compute-alb-path-host, compute-alb-other-conditions]', () => {
      const code = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(' or ');
      const condition = (one: Properties): string => {
        if (one.PathPatternConfig) return `path ${code(one.PathPatternConfig.Values)}`;
        if (one.HostHeaderConfig) return `name ${code(one.HostHeaderConfig.Values)}`;
        if (one.HttpRequestMethodConfig) return `method ${code(one.HttpRequestMethodConfig.Values)}`;
        if (one.SourceIpConfig) return `source ${code(one.SourceIpConfig.Values)}`;
        if (one.HttpHeaderConfig)
          return `header \`${one.HttpHeaderConfig.HttpHeaderName}\` ${code(one.HttpHeaderConfig.Values)}`;
        return `parameter ${code(one.QueryStringConfig.Values.map(({ Key, Value }: Properties) => `${Key}=${Value}`))}`;
      };
      const action = ([one]: Properties[]): string => {
        const { Type, RedirectConfig, FixedResponseConfig, ForwardConfig, TargetGroupArn } = one;
        if (Type === 'redirect') return `sends to \`${RedirectConfig.Host}\`, ${RedirectConfig.StatusCode.slice(5)}`;
        if (Type === 'fixed-response') return `answers ${FixedResponseConfig.StatusCode} itself`;
        const groups = ForwardConfig?.TargetGroups ?? [{ TargetGroupArn }];
        const where = groups.map(({ TargetGroupArn: group, Weight }: Properties) => {
          const [service, release] = serviceOf(group as { Ref: string });
          return `${service}${service === 'orders' ? ` ${release}` : ''}${Weight ? ` (${Weight} in 100)` : ''}`;
        });
        return `to ${where.join(' and ')}`;
      };
      const rows = rulesIn(template).map(
        (rule) =>
          `| ${rule.Priority} | \`${rule.name}\` | ${rule.Conditions.map(condition).join(', ')} | ${action(rule.Actions)} |`,
      );
      expect(tableOf('order')).toEqual(rows);
    });

    test('clients keep the release of orders that they got first, for an hour [compute-alb-actions]', () => {
      const [orders] = rulesIn(template).filter((rule) => rule.name === 'Orders');
      expect(orders.Actions).toMatchObject([
        { ForwardConfig: { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 3600 } } },
      ]);
    });

    const app = createApp({ only: [name] }, { gates: false });
    const { table } = app.node.findChild(name) as ContentRouter;
    const steps = [...readme.matchAll(/^\$ (?:ask|curl) (.*?) {3}# (\w+)\n(.*)$/gm)].map(
      ([, words, rule, shown]) => [rule, words, shown] as const,
    );
    test.each(steps)(
      '%s answers %s, as the README shows [compute-alb-rules, compute-alb-actions]',
      (rule, words, shown) => {
        const asked = requestOf(words);
        const taken = table.route(asked);
        expect(taken?.name ?? 'none').toBe(rule);
        expect(shown).toBe(answerTo(rulesIn(template).find((one) => one.name === rule)?.Actions[0], asked));
      },
    );

    test('each is shown by a step, and so is what none takes', () => {
      const shown = new Set(steps.map(([rule]) => rule));
      // The office takes another deployment.
      expect([...shown, 'Office'].sort()).toEqual(
        [...rulesIn(template).map((rule) => rule.name as string), 'none'].sort(),
      );
    });
  });

  describe('who gets in', () => {
    test('the internet reaches the balancer, and nothing else is in the network', () => {
      expect(networkOf(name)).toHaveReachability([['internet', 'Balancer', tcp(80)]]);
    });

    test('the office is nowhere until somebody says where it is [compute-alb-other-conditions]', () => {
      const sources = (of: Template) =>
        rulesIn(of)
          .flatMap(({ Conditions }) => Conditions as Properties[])
          .flatMap(({ SourceIpConfig }) => (SourceIpConfig?.Values ?? []) as string[]);
      expect(sources(template)).toEqual(['203.0.113.0/24']);
      const allowFrom = ['198.51.100.7/32', '198.51.100.8/32'];
      expect(sources(architecture(name, { allowFrom }))).toEqual(allowFrom);
    });

    test('an office of many blocks has a rule for every three of them, before the one that turns everybody away', () => {
      const blocks = (many: number) => Array.from({ length: many }, (_, at) => `198.51.100.${at}/32`);
      const of = architecture(name, { allowFrom: blocks(7) });
      const offices = rulesIn(of).filter((rule) => rule.name.startsWith('Office'));
      expect(
        offices.map(({ name: called, Priority, Conditions }) => [
          called,
          Priority,
          (Conditions as Properties[]).flatMap(({ SourceIpConfig }) => SourceIpConfig?.Values ?? []),
        ]),
      ).toEqual([
        ['Office', 80, blocks(7).slice(0, 3)],
        ['Office2', 81, blocks(7).slice(3, 6)],
        ['Office3', 82, blocks(7).slice(6)],
        ['OfficeClosed', 90, []],
      ]);
      expect(() => architecture(name, { allowFrom: blocks(30) })).not.toThrow();
      expect(() => architecture(name, { allowFrom: blocks(31) })).toThrow(
        'content-router:\n  allowFrom lists 31 blocks, and the rules of the office hold 30; join some into larger blocks, or leave some out',
      );
    });
  });

  describe('with a name and a certificate', () => {
    const secure = architecture(name, named);

    test('TLS ends at the balancer, and port 80 sends there [compute-alb-redirect]', () => {
      const listeners = all(secure, 'ElasticLoadBalancingV2::Listener');
      expect(listeners.map(({ Port }) => Port as number)).toEqual([80, 443]);
      expect(listeners[0].DefaultActions).toMatchObject([
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' } },
      ]);
      expect(listeners[1]).toMatchObject({ Certificates: [{ CertificateArn: named.certificateArn }] });
      expect(listeners[1].SslPolicy).toMatch(/TLS13-1-2/);
    });

    test('rules ask for its names, which lead to the balancer [compute-alb-path-host]', () => {
      const hosts = rulesIn(secure)
        .flatMap(({ Conditions }) => Conditions as Properties[])
        .flatMap(({ HostHeaderConfig }) => (HostHeaderConfig?.Values ?? []) as string[]);
      expect(hosts).toEqual(['old.shop.example.org', 'blog.shop.example.org']);
      expect([...new Set(all(secure, 'Route53::RecordSet').map(({ Name }) => Name as string))]).toEqual([
        'shop.example.org.',
        '*.shop.example.org.',
      ]);
    });

    test('nobody signs in, unless there is a client at Google too [compute-alb-auth]', () => {
      for (const settings of [{}, named, { googleClientId: signedIn.googleClientId! }])
        expect(rulesIn(architecture(name, settings)).map((rule) => rule.name as string)).not.toContain('Members');
      const members = architecture(name, signedIn);
      expect(rulesIn(members).at(-1)).toMatchObject({
        name: 'Members',
        Priority: 200,
        Actions: [
          { Type: 'authenticate-oidc', AuthenticateOidcConfig: { ClientId: signedIn.googleClientId } },
          { Type: 'forward' },
        ],
      });
      // All others stay where they were.
      expect(rulesIn(members).slice(0, -1)).toEqual(rulesIn(secure));
    });

    test('the pages believe that balancer alone, and it reaches the provider [compute-alb-auth]', () => {
      const signer = (of: Template) =>
        all(of, 'Lambda::Function').flatMap(({ Environment }) => (Environment?.Variables?.BALANCER ?? []) as unknown[]);
      const members = architecture(name, signedIn);
      expect(signer(members)).toEqual([{ Ref: expect.stringMatching(/^EntryBalancer/) }]);
      expect(signer(secure)).toEqual([]);
      expect(networkOf(name, signedIn)).toReach('Balancer', 'internet', tcp(443));
      expect(networkOf(name, named)).not.toReach('Balancer', 'internet', tcp(443));
    });
  });

  describe('servers with certificates of their own', () => {
    const bridged = architecture(name, { variant: ['tls-bridged'] });
    const passed = architecture(name, { variant: ['tls-passed-through'] });

    test('bridged: the balancer reads the request and speaks TLS to servers and probes, and nobody else reaches them [compute-tls-bridging]', () => {
      const [pool] = all(bridged, 'ElasticLoadBalancingV2::TargetGroup').filter(({ Port }) => Port === 443);
      expect(pool).toMatchObject({ Protocol: 'HTTPS', HealthCheckProtocol: 'HTTPS', HealthCheckPath: '/health' });
      expect(rulesIn(bridged).at(-1)).toMatchObject({
        name: 'Reports',
        Priority: 210,
        Conditions: [{ PathPatternConfig: { Values: ['/reports', '/reports/*'] } }],
      });
      expect(rulesIn(bridged).slice(0, -1)).toEqual(rulesIn(template));
      const network = networkOf(name, { variant: ['tls-bridged'] });
      expect(network).toReach('Balancer', 'Fleet', tcp(443));
      expect(network).not.toReach('internet', 'Fleet');
    });

    test('passed through: no certificate before the servers, no rule, and a door that is open on one port [compute-tls-pass-through]', () => {
      const [listener] = all(passed, 'ElasticLoadBalancingV2::Listener').filter(({ Port }) => Port === 443);
      expect(listener).toMatchObject({ Protocol: 'TCP', DefaultActions: [{ Type: 'forward' }] });
      expect(listener).not.toHaveProperty('Certificates');
      const [pool] = all(passed, 'ElasticLoadBalancingV2::TargetGroup').filter(({ Port }) => Port === 443);
      expect(pool).toMatchObject({ Protocol: 'TCP', HealthCheckProtocol: 'HTTPS' });
      expect(rulesIn(passed)).toEqual(rulesIn(template));
      const network = networkOf(name, { variant: ['tls-passed-through'] });
      expect(network).toReach('internet', 'Door/Balancer', tcp(443));
      expect(network).not.toReach('internet', 'Door/Balancer', tcp(80));
      expect(network).not.toReach('internet', 'Fleet', tcp(22));
    });

    /** Runs the boot in a file system of its own, with the machine's tools replaced; the certificate is made for real. */
    function boot(tools: Readonly<Record<string, string>> = {}) {
      const place = mkdtempSync(join(tmpdir(), 'content-router-'));
      const files = join(root, 'boot');
      mkdirSync(join(place, 'bin'));
      for (const { name: called, text } of [bootKit, ownCertificate]) writeFileSync(join(place, called), text);
      copyFileSync(join(files, 'nginx.conf'), join(place, 'nginx.conf'));
      const all = { dnf: '', nginx: '', systemctl: '', curl: '', ...tools };
      for (const [tool, script] of Object.entries(all)) {
        writeFileSync(join(place, 'bin', tool), `#!/bin/bash\necho "${tool} $*" >> ${place}/did\n${script}\n`);
        chmodSync(join(place, 'bin', tool), 0o755);
      }
      const env = {
        PATH: `${join(place, 'bin')}:${process.env.PATH}`,
        BOOT_ROOT: place,
        BOOT_FILES: place,
        PATIENCE: '0',
      };
      const { status } = spawnSync('bash', [join(files, 'boot.sh')], { env });
      return { status, place, did: readFileSync(join(place, 'did'), 'utf8').trim().split('\n') };
    }

    test('a server makes its certificate before it serves, and is well when it answers in TLS [compute-tls-bridging]', () => {
      const { status, place, did } = boot();
      expect(status).toBe(0);
      expect(did).toEqual([
        'dnf install --assumeyes --quiet nginx openssl',
        'nginx -t',
        'systemctl enable --now nginx',
        expect.stringMatching(/^curl .*--insecure .*https:\/\/127\.0\.0\.1\/health$/),
      ]);
      expect(existsSync(join(place, 'etc/nginx/nginx.conf'))).toBe(true);
      // Where the configuration looks for them.
      const named = [...readFileSync(join(place, 'nginx.conf'), 'utf8').matchAll(/ssl_certificate\S* (\S+);/g)];
      expect(named.map(([, path]) => existsSync(join(place, path)))).toEqual([true, true]);
    });

    test.each([
      ['packages cannot be had', { dnf: 'exit 1' }],
      ['the configuration is wrong', { nginx: 'exit 1' }],
      ['the server does not start', { systemctl: 'exit 1' }],
      ['it does not answer', { curl: 'exit 7' }],
    ])('the boot has failed when %s', (_, broken) => {
      expect(boot(broken).status).not.toBe(0);
    });
  });

  describe('figures of the README', () => {
    test.each<[BalancerUsage]>([
      [{ newConnectionsPerSecond: 10, requestsPerSecond: 10, functionGigabytesPerHour: 0.36, rulesPerRequest: 10 }],
      [{ newConnectionsPerSecond: 50, requestsPerSecond: 500, functionGigabytesPerHour: 1.8, rulesPerRequest: 10 }],
      [{ newConnectionsPerSecond: 50, requestsPerSecond: 500, functionGigabytesPerHour: 1.8, rulesPerRequest: 60 }],
    ])('capacity units: %j [compute-lcu-estimate]', (usage) => {
      const { units, decidedBy } = lcu(usage);
      const { requestsPerSecond, newConnectionsPerSecond, functionGigabytesPerHour = 0, rulesPerRequest } = usage;
      expect(tableOf('requests a second')).toContainEqual(
        `| ${requestsPerSecond} | ${newConnectionsPerSecond} | ${functionGigabytesPerHour * 1000} MB | ${rulesPerRequest} | ${units.toFixed(1)} | ${decidedBy} |`,
      );
    });

    test.each<[string, BalancerNeeds]>([
      ['by what stands in a request', { routing: true }],
      ['and clients know its addresses', { routing: true, fixedAddresses: true }],
      ['what clients encrypt, only servers decrypt', { unbrokenEncryption: true }],
      ['not HTTP', { protocol: 'udp' }],
      ['everything through a firewall first', { appliances: true }],
    ])('%s [compute-lb-choice]', (need, needs) => {
      expect(tableOf('requests go')).toContainEqual(`| ${need} | ${chooseLoadBalancer(needs).use} |`);
    });
  });
});

/** The rows of the table of the README whose head begins so. */
function tableOf(head: string): string[] {
  const found = [...readme.matchAll(/^((?:\|.*\n)+)/gm)].map(([table]) => table.trimEnd().split('\n'));
  return found.find(([first]) => first.startsWith(`| ${head} |`))?.slice(2) ?? [];
}

/** The request that words of a command ask. */
function requestOf(words: string) {
  const [, path] = /"\$Url([^"]*)"/.exec(words)!;
  const headers = [...words.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, key, value]) => [key, value] as const);
  const host = headers.find(([key]) => key === 'Host')?.[1] ?? 'entry.elb.amazonaws.com';
  return {
    url: `http://${host}${path}`,
    method: /-X (\w+)/.exec(words)?.[1] ?? 'GET',
    headers: Object.fromEntries(headers.filter(([key]) => key !== 'Host')),
    source: '192.0.2.1',
  };
}

/** What a step shows of an action. */
function answerTo(action: Properties | undefined, { url, method }: { url: string; method: string }): string {
  const { pathname, search } = new URL(url);
  if (action === undefined) return 'Forbidden';
  if (action.Type === 'redirect') return `301 http://${action.RedirectConfig.Host}:80${pathname}${search}`;
  if (action.Type === 'fixed-response') return action.FixedResponseConfig.MessageBody as string;
  const groups = action.ForwardConfig?.TargetGroups;
  const [service, release] = serviceOf((groups?.[0] ?? action).TargetGroupArn as { Ref: string });
  return JSON.stringify({ service, release: groups ? '…' : release, method, path: pathname, client: '…' });
}
