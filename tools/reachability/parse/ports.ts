import type { Resource } from './resource';
import { Unknown, type Value } from './values';

/** Ports of database engines where the template names none. */
const enginePorts: readonly (readonly [RegExp, number])[] = [
  [/postgres/i, 5432],
  [/mysql|mariadb|^aurora$/i, 3306],
  [/oracle/i, 1521],
  [/sqlserver/i, 1433],
  [/db2/i, 50_000],
  [/memcached/i, 11_211],
  [/redis|valkey/i, 6379],
];

const typePorts: Readonly<Record<string, number>> = {
  'AWS::Redshift::Cluster': 5439,
  'AWS::RedshiftServerless::Workgroup': 5439,
  'AWS::DocDB::DBCluster': 27_017,
  'AWS::DocDB::DBInstance': 27_017,
  'AWS::Neptune::DBCluster': 8182,
  'AWS::Neptune::DBInstance': 8182,
  'AWS::MemoryDB::Cluster': 6379,
  'AWS::DAX::Cluster': 8111,
};

/** The port a data store listens on, as its properties say or as its engine does by itself. */
export function portOf(resource: Resource): Value {
  const given = resource.get('Port');
  if (given !== undefined) return given;
  const fixed = typePorts[resource.type];
  if (fixed !== undefined) return fixed;
  const engine =
    resource.get('Engine') ??
    resource.get('CacheEngine') ??
    resource.get('EngineFamily') ??
    (resource.type === 'AWS::ElastiCache::ReplicationGroup' ? 'redis' : undefined);
  const found = typeof engine === 'string' && enginePorts.find(([pattern]) => pattern.test(engine));
  if (found) return found[1];
  return new Unknown(`the port of ${resource.name} is known only at deployment`, `${resource.key}.Port`);
}
