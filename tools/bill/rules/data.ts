import type { Properties } from '../../template/stack';
import { HOURS, hourly, monthly, type Billing, type Charge, type Meter, type Rules } from '../rule';
import { Open, type Part } from '../site';

/** What a cache without servers is billed for at least, in GB. */
const LEAST_CACHE = { valkey: 0.1, redis: 1, memcached: 1 } as const;

export const data: Rules = {
  'AWS::Athena::WorkGroup': () => ({
    usage: [{ price: 'athena.tb', words: 'each TB that queries read, 10 MB a query at least' }],
  }),
  'AWS::DynamoDB::Table': (part) =>
    part.text('BillingMode') === 'PAY_PER_REQUEST'
      ? onDemand(part, part.is('PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled'), 1)
      : capacity(
          [part.get('ProvisionedThroughput'), ...indexes(part).map((one) => one.ProvisionedThroughput as unknown)].map(
            (one) => ({
              writes: numberIn(one, 'WriteCapacityUnits'),
              reads: numberIn(one, 'ReadCapacityUnits'),
            }),
          ),
          1,
          part.is('PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled'),
        ),
  'AWS::DynamoDB::GlobalTable': (part) => {
    const replicas = Math.max(1, part.list('Replicas').length);
    const [first = {}] = part.list('Replicas');
    const recovery = first.PointInTimeRecoverySpecification as Properties | undefined;
    const isRecoverable = String(recovery?.PointInTimeRecoveryEnabled) === 'true';
    if (part.text('BillingMode') === 'PAY_PER_REQUEST') return onDemand(part, isRecoverable, replicas);
    const writes = [
      part.get('WriteProvisionedThroughputSettings'),
      ...indexes(part).map((one) => one.WriteProvisionedThroughputSettings as unknown),
    ];
    const reads = [
      first.ReadProvisionedThroughputSettings as unknown,
      ...((first.GlobalSecondaryIndexes ?? []) as Properties[]).map(
        (one) => one.ReadProvisionedThroughputSettings as unknown,
      ),
    ];
    return capacity(
      [
        ...writes.map((one) => ({ writes: least(one, 'Write'), reads: 0 })),
        ...reads.map((one) => ({ writes: 0, reads: least(one, 'Read') })),
      ],
      replicas,
      isRecoverable,
    );
  },
  'AWS::RDS::DBInstance': (part) => {
    const type = part.text('DBInstanceClass');
    const engine =
      part.text('Engine') ?? part.refers('DBClusterIdentifier')?.text('Engine') ?? 'an engine of its source';
    if (engine.startsWith('aurora')) return auroraMember(part, type);
    const zones = part.is('MultiAZ') ? 2 : 1;
    const words = zones === 1 ? undefined : 'in 2 zones';
    const storage = part.text('StorageType') ?? 'gp2';
    const charges: Charge[] = [
      hourly(`rds.instance/${engine === 'mariadb' ? 'mysql' : engine}-${type}`, zones, words),
      monthly(`rds.gb-month/${storage}`, (part.number('AllocatedStorage') ?? 20) * zones, words),
    ];
    if (storage === 'io1') charges.push(monthly('rds.io1.iops', (part.number('Iops') ?? 1000) * zones, words));
    return {
      fixed: charges,
      usage: [{ price: 'rds.backup.gb-month', words: 'backups beyond the size of the database' }],
    };
  },
  'AWS::RDS::DBCluster': (part) => {
    const engine = part.text('Engine') ?? '';
    if (!engine.startsWith('aurora')) throw new Open(`a cluster of ${engine} in three zones is not in the table`);
    const kind = isOptimised(part) ? 'io-optimized' : 'standard';
    return {
      usage: [
        { price: `aurora.gb-month/${kind}`, words: 'each GB kept, 10 GB at least', units: () => 10 },
        ...(kind === 'standard' ? [{ price: 'aurora.io', words: 'each page read or written' }] : []),
      ],
    };
  },
  'AWS::ElastiCache::ServerlessCache': (part) => {
    const engine = part.text('Engine') as keyof typeof LEAST_CACHE;
    const least = Math.max(LEAST_CACHE[engine] ?? 1, part.number('CacheUsageLimits.DataStorage.Minimum') ?? 0);
    return {
      fixed: [
        { price: `elasticache.serverless.gb-hour/${engine}`, units: least * HOURS, words: `${least} GB at least` },
      ],
    };
  },
  'AWS::ElastiCache::CacheCluster': (part) => nodes(part, part.number('NumCacheNodes') ?? 1),
  'AWS::ElastiCache::ReplicationGroup': (part) => {
    const groups = part.number('NumNodeGroups') ?? 1;
    const each = 1 + (part.number('ReplicasPerNodeGroup') ?? 0);
    return nodes(part, part.number('NumCacheClusters') ?? groups * each);
  },
  'AWS::Kinesis::Stream': (part) => {
    const isOnDemand = part.text('StreamModeDetails.StreamMode') === 'ON_DEMAND';
    if (isOnDemand) {
      return {
        fixed: [hourly('kinesis.on-demand.hour')],
        usage: [
          { price: 'kinesis.on-demand.in.gb', words: 'each GB put', units: ({ events }) => events / 1_000_000 },
          { price: 'kinesis.on-demand.out.gb', words: 'each GB read', units: ({ events }) => events / 1_000_000 },
        ],
      };
    }
    const shards = part.number('ShardCount') ?? 1;
    return {
      fixed: [hourly('kinesis.shard.hour', shards, shards === 1 ? undefined : `${shards} shards`)],
      usage: [{ price: 'kinesis.put', words: 'each record of up to 25 KB', units: ({ events }) => events }],
    };
  },
  'AWS::Kinesis::StreamConsumer': (part) => {
    const stream = part.refers('StreamARN');
    const usage: Billing['usage'] = [
      { price: 'kinesis.consumer.gb', words: 'each GB read', units: ({ events }) => events / 1_000_000 },
    ];
    if (stream?.text('StreamModeDetails.StreamMode') === 'ON_DEMAND') return { usage };
    const shards = stream?.number('ShardCount') ?? 1;
    return {
      fixed: [hourly('kinesis.consumer.hour', shards, shards === 1 ? undefined : `for ${shards} shards`)],
      usage,
    };
  },
};

const isOptimised = (cluster: Part | undefined): boolean => cluster?.text('StorageType') === 'aurora-iopt1';

function auroraMember(part: Part, type: string | undefined): Billing {
  if (type !== 'db.serverless') return { fixed: [hourly(`aurora.instance/${type}`)] };
  const cluster = part.refers('DBClusterIdentifier');
  const least = cluster?.number('ServerlessV2ScalingConfiguration.MinCapacity');
  if (least === undefined) throw new Open('its cluster names no MinCapacity');
  const price = `aurora.acu-hour/${isOptimised(cluster) ? 'io-optimized' : 'standard'}`;
  const usage = [{ price, words: 'each capacity unit above the least, each hour' }];
  if (least === 0) return { usage, note: 'It pauses when nobody is connected, and costs nothing until it wakes.' };
  return { fixed: [{ price, units: least * HOURS, words: `${least} ACU at least` }], usage };
}

const indexes = (table: Part): Properties[] => table.list('GlobalSecondaryIndexes');

const numberIn = (settings: unknown, name: string): number => Number((settings as Properties | undefined)?.[name] ?? 0);

/** The capacity a table with replicas never goes below. */
function least(settings: unknown, kind: 'Read' | 'Write'): number {
  const scaling = (settings as Properties | undefined)?.[`${kind}CapacityAutoScalingSettings`] as unknown;
  return scaling === undefined ? numberIn(settings, `${kind}CapacityUnits`) : numberIn(scaling, 'MinCapacity');
}

function onDemand(part: Part, isRecoverable: boolean, replicas: number): Billing {
  const count = indexes(part).length;
  const writes = replicas * (1 + count);
  return {
    usage: [
      {
        price: 'dynamodb.write',
        words: writes === 1 ? 'each KB written' : `each KB written, ${writes} times: in each index and region too`,
        units: ({ events }) => events * writes,
      },
      { price: 'dynamodb.read', words: 'each 4 KB read; half of it if eventually', units: ({ events }) => events },
      ...kept(isRecoverable),
    ],
  };
}

function capacity(
  units: readonly { readonly writes: number; readonly reads: number }[],
  replicas: number,
  isRecoverable: boolean,
): Billing {
  const total = (kind: 'writes' | 'reads') => units.reduce((sum, one) => sum + one[kind], 0) * replicas;
  const [writes, reads] = [total('writes'), total('reads')];
  if (Number.isNaN(writes + reads)) throw new Open('its capacity is decided at deployment');
  return {
    fixed: [
      hourly('dynamodb.write-capacity.hour', writes, `${writes} units`),
      hourly('dynamodb.read-capacity.hour', reads, `${reads} units`),
    ],
    usage: kept(isRecoverable),
  };
}

/** What a table keeps; the example has a KB an event. */
function kept(isRecoverable: boolean): Meter[] {
  const units: Meter['units'] = ({ events }) => events / 1_000_000;
  return [
    { price: 'dynamodb.gb-month', words: 'each GB kept', units },
    ...(isRecoverable ? [{ price: 'dynamodb.recovery.gb-month', words: 'each GB kept, once more', units }] : []),
  ];
}

function nodes(part: Part, count: number): Billing {
  const engine = part.text('Engine') ?? 'redis';
  return {
    fixed: [
      hourly(
        `elasticache.node/${engine}-${part.text('CacheNodeType')}`,
        count,
        count === 1 ? undefined : `${count} nodes`,
      ),
    ],
  };
}
