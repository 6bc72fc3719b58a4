import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from 'aws-cdk-lib/assertions';
import { plans, type Plan, type PlanName } from '../../lib/architectures/placement-plans/plans';
import { bootKit } from '../../lib/constructs/compute/boot-kit';
import { survivalOf, type PlacedInstances } from '../../lib/constructs/compute/placement-survival';
import type { ProfileName } from '../../lib/profile';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf } from '../support/reachability';

const name = 'placement-plans';
const root = join(__dirname, '../../lib/architectures', name);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const names = Object.keys(plans) as PlanName[];
const made = new Map<string, Template>();
const template = (variant: PlanName, profile: ProfileName = 'sandbox'): Template => {
  const key = `${variant} ${profile}`;
  if (!made.has(key)) made.set(key, architecture(name, { profile, variant: [variant] }));
  return made.get(key)!;
};
const all = (of: Template, type: string) =>
  Object.values(of.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);
const group = (of: Template) => all(of, 'AutoScaling::AutoScalingGroup')[0];
const data = (of: Template) => all(of, 'EC2::LaunchTemplate')[0].LaunchTemplateData;

describe('placement-plans', () => {
  matchesItsSnapshots(name);

  test('without a variant servers are spread', () => {
    expect(architecture(name).toJSON()).toEqual(template('spread').toJSON());
  });

  test.each<[PlanName, object, number, number]>([
    ['spread', { Strategy: 'spread' }, 2, 3],
    ['partition', { Strategy: 'partition', PartitionCount: 3 }, 2, 3],
    ['cluster', { Strategy: 'cluster' }, 1, 1],
    ['cluster-held', { Strategy: 'cluster' }, 1, 1],
  ])('%s is said by the group, and its servers are launched into it', (variant, expected, zones, zonesOfProduction) => {
    for (const [profile, count] of [
      ['sandbox', zones],
      ['production', zonesOfProduction],
    ] as const) {
      const of = template(variant, profile);
      expect(all(of, 'EC2::PlacementGroup')).toEqual([expect.objectContaining(expected)]);
      expect(data(of).Placement).toEqual({
        GroupName: { Ref: Object.keys(of.findResources('AWS::EC2::PlacementGroup'))[0] },
      });
      expect(group(of).VPCZoneIdentifier).toHaveLength(count);
    }
  });

  test('a sandbox has no server until one is asked for, and nothing but the room of its variant is billed by the hour', () => {
    for (const variant of names) {
      const of = template(variant);
      expect([variant, group(of).MinSize, group(of).DesiredCapacity]).toEqual([variant, '0', undefined]);
      for (const type of ['EC2::NatGateway', 'EC2::EIP', 'EC2::Instance']) of.resourceCountIs(`AWS::${type}`, 0);
      of.resourceCountIs('AWS::EC2::CapacityReservation', variant === 'cluster-held' ? 1 : 0);
    }
  });

  test.each<ProfileName>(['sandbox', 'production'])(
    'in %s room is held in the group itself, for as many as there may be, of their type, in their zone, for them alone',
    (profile) => {
      const of = template('cluster-held', profile);
      const [[id, { Properties: held }]] = Object.entries(of.findResources('AWS::EC2::CapacityReservation'));
      const subnet = of.findResources('AWS::EC2::Subnet')[group(of).VPCZoneIdentifier[0].Ref];
      expect(held).toMatchObject({
        AvailabilityZone: subnet.Properties.AvailabilityZone,
        InstanceType: data(of).InstanceType,
        InstanceCount: Number(group(of).MaxSize),
        InstanceMatchCriteria: 'targeted',
        EndDateType: 'unlimited',
      });
      expect(JSON.stringify(held.PlacementGroupArn)).toContain(`"${data(of).Placement.GroupName.Ref}"`);
      expect(data(of).CapacityReservationSpecification).toEqual({
        CapacityReservationTarget: { CapacityReservationId: { 'Fn::GetAtt': [id, 'Id'] } },
      });
    },
  );

  test('the held cluster differs from the other in the room it holds and in nothing else', () => {
    const [with_, without] = (['cluster-held', 'cluster'] as const).map((variant) => {
      const { Resources } = template(variant).toJSON();
      return Resources as Record<string, { Type: string; Properties: Record<string, any> }>;
    });
    const differing = Object.keys({ ...with_, ...without }).filter(
      (id) => JSON.stringify(with_[id]) !== JSON.stringify(without[id]),
    );
    expect(differing.map((id) => with_[id].Type).sort()).toEqual([
      'AWS::EC2::CapacityReservation',
      'AWS::EC2::LaunchTemplate',
    ]);
  });

  test('a launch that finds no room is told', () => {
    expect(group(template('cluster')).NotificationConfigurations[0].NotificationTypes).toContain(
      'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
    );
  });

  test.each<ProfileName>(['sandbox', 'production'])('in %s servers call HTTPS, and nobody calls them', (profile) => {
    expect(networkOf(name, { profile })).toHaveReachability([['Fleet', 'internet', 'tcp 443']]);
  });

  describe('the page', () => {
    test('says what is left of twelve servers in each plan', () => {
      expect(readme).toContain(`<!-- survival -->\n\n${survivalTable()}\n\n<!-- /survival -->`);
    });

    test('says what is left of the servers production starts with', () => {
      expect(readme).toContain(`<!-- production -->\n\n${productionTable()}\n\n<!-- /production -->`);
    });
  });
});

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const percent = (share: number) => `${Math.round(share * 100)} %`;

function survivalTable(): string {
  const shown: [string, PlacedInstances][] = [
    ['`spread`', { strategy: 'spread', instances: 12, zones: 2 }],
    ['`partition`, three in each zone', { strategy: 'partition', partitions: 3, instances: 12, zones: 2 }],
    ['none: wherever there is room', { instances: 12, zones: 2 }],
    ['`cluster`', { strategy: 'cluster', instances: 12, zones: 1 }],
  ];
  return [
    row([
      'twelve servers, by plan',
      'zones',
      'left when a rack fails',
      'left when a zone fails',
      'copies no rack takes together',
      'pairs of copies lost with a rack',
    ]),
    row(['---', '---', '---', '---', '---', '---']),
    ...shown.map(([plan, placed]) => {
      const { afterRack, afterZone, copiesApart, lostBlindly } = survivalOf(placed);
      return row([plan, placed.zones, afterRack, afterZone, copiesApart, percent(lostBlindly)]);
    }),
  ].join('\n');
}

function productionTable(): string {
  return [
    row(['plan', 'servers', 'at most', 'left when a rack fails', 'left when a zone fails']),
    row(['---', '---', '---', '---', '---']),
    ...Object.entries<Plan>(plans).map(([plan, { strategy, partitions, fleet }]) => {
      const zones = strategy === 'cluster' ? 1 : 3;
      const { maximum } = fleet.production;
      const instances = fleet.production.minimum(zones);
      const { afterRack, afterZone } = survivalOf({ strategy, instances, zones, ...(partitions && { partitions }) });
      return row([`\`${plan}\``, instances, maximum, afterRack, afterZone]);
    }),
  ].join('\n');
}

describe('the boot of a server', () => {
  let metadata: Server;
  let facts: Record<string, string>;
  beforeEach(async () => {
    facts = {
      'instance-id': 'i-0abc',
      'placement/availability-zone-id': 'euw1-az2',
      'placement/group-name': 'store',
      'placement/partition-number': '3',
    };
    metadata = createServer((request, response) => {
      const known =
        request.url === '/latest/api/token' && request.method === 'PUT'
          ? 'token'
          : facts[request.url!.replace('/latest/meta-data/', '')];
      const may = known === 'token' || request.headers['x-aws-ec2-metadata-token'] === 'token';
      response.writeHead(may ? (known === undefined ? 404 : 200) : 401).end(known);
    });
    await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((closed) => metadata.close(closed)));

  async function boot(STRATEGY: string) {
    const place = mkdtempSync(join(tmpdir(), 'placement-boot-'));
    writeFileSync(join(place, bootKit.name), bootKit.text);
    const env = {
      ...process.env,
      BOOT_ROOT: place,
      BOOT_FILES: place,
      PATIENCE: '0',
      STRATEGY,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(metadata.address() as AddressInfo).port}`,
    };
    const { code = 0, stderr } = await promisify(execFile)('bash', [join(root, 'boot/boot.sh')], { env }).catch(
      (error) => error,
    );
    return { code, stderr, written: () => readFileSync(join(place, 'etc/placement'), 'utf8') };
  }

  test.each([
    ['spread', 'euw1-az2/i-0abc'],
    ['partition', 'euw1-az2/partition-3'],
    ['cluster', 'euw1-az2/store'],
  ])('of a %s group writes down who may fail together with it', async (strategy, domain) => {
    const { code, written } = await boot(strategy);
    expect(code).toBe(0);
    expect(written()).toBe(`instance=i-0abc\nzone=euw1-az2\ngroup=store\nfault_domain=${domain}\n`);
  });

  test('has failed where the server does not know its partition', async () => {
    delete facts['placement/partition-number'];
    expect((await boot('partition')).code).not.toBe(0);
  });

  test('has failed where the server stands in no group', async () => {
    delete facts['placement/group-name'];
    expect((await boot('spread')).code).not.toBe(0);
  });

  test('says which strategies there are', async () => {
    expect(await boot('wide')).toMatchObject({
      code: 2,
      stderr: 'STRATEGY is wide; give spread, partition or cluster\n',
    });
  });
});
