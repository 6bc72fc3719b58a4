import { settled } from '../template/settle';
import { pathOf, type Resource, type Stack, type Template } from '../template/stack';
import { endOfSupport } from './end-of-support';
import type { Proof } from './proof';

/** A runtime, engine or image that a template uses, and how long it is still supported. */
export interface Used {
  readonly logicalId: string;
  /** `nodejs24.x`, `postgres 16`, `al2023`. */
  readonly product: string;
  /** The last day of support; undefined where the table does not know the product, `open` where no end is announced. */
  readonly until?: string;
}

/** Everything a template uses that has an end of support. */
export function productsIn(template: Template): Used[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) =>
    productsOf(template, resource).map((product) => ({ logicalId, product, ...untilOf(product) })),
  );
}

/** The days until an end of support; undefined where none is announced, minus infinity for what the table does not know. */
export function daysLeft({ until }: Used, date: Date): number | undefined {
  if (until === undefined) return -Infinity;
  return until === 'open' ? undefined : Math.floor((Date.parse(until) - date.getTime()) / 86_400_000);
}

/** One row a product: what uses it how often, and until when it is supported. */
export function statement(stacks: readonly Stack[]): { product: string; until: string; users: string[] }[] {
  const products = new Map<string, { until: string; users: string[] }>();
  for (const { template } of settled(stacks)) {
    for (const { logicalId, product, until = 'unknown' } of productsIn(template)) {
      const known = products.get(product) ?? { until, users: [] };
      known.users.push(pathOf(logicalId, template.Resources[logicalId]));
      products.set(product, known);
    }
  }
  return [...products]
    .map(([product, rest]) => ({ product, ...rest }))
    .sort((a, b) => (a.product < b.product ? -1 : 1));
}

/**
 * Nothing runs on what its maker no longer patches.
 *
 * @claims serverless-runtime-supported
 */
export const supportedProducts: Proof = {
  name: 'supported runtimes',
  promise: `No function, the CDK's own helpers included, no database and no image runs on what was unsupported on ${endOfSupport.asOf}.`,
  violations: (template) =>
    productsIn(template)
      .filter((used) => (daysLeft(used, new Date(endOfSupport.asOf)) ?? 0) < 0)
      .map(({ logicalId, product }) => ({
        logicalId,
        fault: `runs on ${product}, which is unsupported or not in the dated table`,
      })),
};

function untilOf(product: string): { readonly until?: string } {
  const [name, version] = product.split(' ');
  const { products } = endOfSupport;
  // `postgres 16.4` is as old as the longest of its beginnings that the table has.
  const parts = (version ?? '').split('.');
  const keys = parts.map((_, i) => `${name} ${parts.slice(0, parts.length - i).join('.')}`);
  const found = [name, ...(version === undefined ? [] : keys), ...(version === undefined ? [] : [`${name} *`])].find(
    (key) => key in products,
  );
  return found === undefined ? {} : { until: products[found] };
}

/** Properties that name the version of an engine, by type; without one the service takes its newest. */
const engines: Readonly<
  Record<string, (properties: Readonly<Record<string, unknown>>) => readonly [unknown, unknown]>
> = {
  'AWS::RDS::DBInstance': ({ Engine, EngineVersion }) => [Engine, EngineVersion],
  'AWS::RDS::DBCluster': ({ Engine, EngineVersion }) => [Engine, EngineVersion],
  'AWS::RDS::GlobalCluster': ({ Engine, EngineVersion }) => [Engine, EngineVersion],
  'AWS::ElastiCache::CacheCluster': ({ Engine, EngineVersion }) => [Engine, EngineVersion],
  'AWS::ElastiCache::ReplicationGroup': ({ Engine = 'redis', EngineVersion }) => [Engine, EngineVersion],
  'AWS::ElastiCache::ServerlessCache': ({ Engine, MajorEngineVersion }) => [Engine, MajorEngineVersion],
  'AWS::DocDB::DBCluster': ({ EngineVersion }) => ['docdb', EngineVersion],
  'AWS::EKS::Cluster': ({ Version }) => ['eks', Version],
  'AWS::OpenSearchService::Domain': ({ EngineVersion }) =>
    typeof EngineVersion === 'string'
      ? [EngineVersion.split('_')[0].toLowerCase(), EngineVersion.split('_')[1]]
      : ['opensearch', EngineVersion],
  'AWS::Elasticsearch::Domain': ({ ElasticsearchVersion = '1.5' }) => ['elasticsearch', ElasticsearchVersion],
};

function productsOf(template: Template, { Type, Properties = {} }: Resource): readonly string[] {
  if (Type === 'AWS::Lambda::Function' || Type === 'AWS::Serverless::Function')
    return Properties.PackageType === 'Image' ? [] : runtimesOf(template, Properties.Runtime);
  const [engine, version] = engines[Type]?.(Properties) ?? [];
  if (typeof engine === 'string' && (typeof version === 'string' || typeof version === 'number'))
    return [`${engine} ${version}`];
  return imagesOf(template, Type, Properties);
}

/** The CDK's helpers look their runtime up in a mapping by region: every runtime it holds counts. */
function runtimesOf(template: Template, value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  const name = (value as { 'Fn::FindInMap'?: readonly unknown[] } | undefined)?.['Fn::FindInMap']?.[0];
  const mapping = (
    template.Mappings as
      Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> | undefined
  )?.[String(name)];
  // A runtime that is chosen at deployment is nobody's to judge from the template.
  return mapping ? [...new Set(Object.values(mapping).flatMap((row) => Object.values(row)))] : [];
}

/** Images that AWS publishes under a parameter: its path tells the family. */
function imagesOf(template: Template, type: string, properties: Readonly<Record<string, unknown>>): readonly string[] {
  const image =
    type === 'AWS::EC2::LaunchTemplate'
      ? (properties.LaunchTemplateData as { ImageId?: unknown } | undefined)?.ImageId
      : properties.ImageId;
  const parameter = (image as { Ref?: string } | undefined)?.Ref;
  const { Default: path } = ((parameter && template.Parameters?.[parameter]) ?? {}) as { Default?: unknown };
  const written = typeof image === 'string' ? image : typeof path === 'string' ? path : '';
  const family = /ami-amazon-linux-latest\/(al\d+|amzn2?)-/.exec(written)?.[1];
  return family === undefined ? [] : [family];
}
