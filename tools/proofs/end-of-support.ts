/** A page of AWS that says until when something is supported, and what it said. */
interface SupportTable {
  readonly page: string;
  /** The last day of support by product; `open` means that no end is announced. */
  readonly ends: Readonly<Record<string, string>>;
  /** Dates nobody could compare with a second source, and why. @default - all were compared */
  readonly unchecked?: string;
}

const guide = 'https://docs.aws.amazon.com';

/**
 * When AWS stops patching a runtime, an engine in its standard support, or an image. The dates were compared one by one with the
 * transcripts of these pages that endoflife.date keeps (state of August 2026, Elasticsearch September 2026). What no
 * table knows counts as unsupported until somebody looks it up.
 */
const tables: readonly SupportTable[] = [
  {
    page: `${guide}/lambda/latest/dg/lambda-runtimes.html`,
    ends: {
      'nodejs24.x': '2028-04-30',
      'nodejs22.x': '2027-04-30',
      'nodejs20.x': '2026-04-30',
      'nodejs18.x': '2025-09-01',
      'nodejs16.x': '2024-06-12',
      'python3.14': '2029-06-30',
      'python3.13': '2029-06-30',
      'python3.12': '2028-10-31',
      'python3.11': '2027-06-30',
      'python3.10': '2026-10-31',
      'python3.9': '2025-12-15',
      'python3.8': '2024-10-14',
      java25: '2029-06-30',
      java21: '2029-06-30',
      java17: '2027-06-30',
      java11: '2027-06-30',
      'java8.al2': '2027-06-30',
      dotnet10: '2028-11-14',
      dotnet9: '2026-11-10',
      dotnet8: '2026-11-10',
      'ruby4.0': '2029-03-31',
      'ruby3.4': '2028-03-31',
      'ruby3.3': '2027-03-31',
      'provided.al2023': '2029-06-30',
      'provided.al2': '2026-07-31',
    },
  },
  {
    page: `${guide}/linux/al2023/ug/release-cadence.html`,
    ends: { al2023: '2029-06-30', amzn2: '2026-06-30', amzn: '2023-12-31' },
  },
  {
    page: `${guide}/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html`,
    ends: {
      'postgres 12': '2025-02-28',
      'postgres 13': '2026-02-28',
      'postgres 14': '2027-02-28',
      'postgres 15': '2028-02-29',
      'postgres 16': '2029-02-28',
      'postgres 17': '2030-02-28',
      'postgres 18': '2031-02-28',
    },
  },
  {
    page: `${guide}/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html`,
    ends: { 'mysql 5.7': '2024-02-29', 'mysql 8.0': '2026-07-31', 'mysql 8.4': '2029-07-31' },
  },
  {
    page: `${guide}/AmazonRDS/latest/UserGuide/MariaDB.Concepts.VersionMgmt.html`,
    ends: {
      'mariadb 10.5': '2026-08-31',
      'mariadb 10.6': '2026-12-31',
      'mariadb 10.11': '2028-02-29',
      'mariadb 11.4': '2029-05-31',
      'mariadb 11.8': '2028-06-30',
      'mariadb 12.3': '2029-06-30',
    },
  },
  {
    page: `${guide}/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html`,
    ends: {
      'aurora-postgresql 12': '2025-02-28',
      'aurora-postgresql 13': '2026-02-28',
      'aurora-postgresql 14': '2027-02-28',
      'aurora-postgresql 15': '2028-02-29',
      'aurora-postgresql 16': '2029-02-28',
      'aurora-postgresql 17': '2030-02-28',
      'aurora-postgresql 18': '2031-02-28',
    },
  },
  {
    page: `${guide}/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.release-calendars.html`,
    ends: { 'aurora-mysql 5.7': '2024-10-31', 'aurora-mysql 8.0': '2028-04-30', 'aurora-mysql 8.4': 'open' },
    unchecked:
      '8.4 is offered since May 2026; the transcript of that month names no end, and a later one was not to be had',
  },
  {
    page: `${guide}/AmazonElastiCache/latest/dg/engine-versions.html`,
    ends: {
      'redis 4': '2026-01-31',
      'redis 5': '2026-01-31',
      'redis 6': '2027-01-31',
      'redis 7': 'open',
      'valkey *': 'open',
      'memcached *': 'open',
    },
  },
  {
    page: `${guide}/documentdb/latest/developerguide/extended-support.html`,
    ends: { 'docdb 3.6': '2026-03-30', 'docdb 4.0': 'open', 'docdb 5.0': 'open', 'docdb 8.0': 'open' },
  },
  {
    page: `${guide}/eks/latest/userguide/kubernetes-versions.html`,
    ends: {
      'eks 1.30': '2025-07-23',
      'eks 1.31': '2025-11-26',
      'eks 1.32': '2026-03-23',
      'eks 1.33': '2026-07-29',
      'eks 1.34': '2026-12-02',
      'eks 1.35': '2027-03-27',
      'eks 1.36': '2027-08-02',
    },
  },
  {
    page: `${guide}/opensearch-service/latest/developerguide/what-is.html`,
    ends: {
      'opensearch 1': '2025-11-07',
      'opensearch 1.3': '2027-11-07',
      'opensearch 2.3': '2025-11-07',
      'opensearch 2.5': '2025-11-07',
      'opensearch 2.7': '2025-11-07',
      'opensearch 2.9': '2025-11-07',
      'opensearch 2': '2027-11-07',
      'opensearch 3': 'open',
      'elasticsearch 7.10': '2027-11-07',
      'elasticsearch 7.9': '2027-11-07',
      'elasticsearch 7': '2025-11-07',
      'elasticsearch 6.8': 'open',
      'elasticsearch 6': '2025-11-07',
      'elasticsearch 5': '2025-11-07',
      'elasticsearch 2': '2025-11-07',
      'elasticsearch 1': '2025-11-07',
    },
    unchecked:
      'Elasticsearch 6.8: the transcript of March 2026 leaves it out of those that ended on 2025-11-07 and names no end; its date in ' +
      'later ones, which give 7.9 and 7.10 until 2027-11-07, was not to be had',
  },
];

export const endOfSupport = {
  asOf: '2026-11-28',
  tables,
  products: Object.assign({}, ...tables.map(({ ends }) => ends)) as Readonly<Record<string, string>>,
};
