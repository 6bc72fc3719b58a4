import { Aws } from 'aws-cdk-lib';
import type { EndpointAllowance } from '../../constructs/network/endpoint-policy';
import { endpointBundles, type EndpointBundle } from '../../constructs/network/private-service-access';

/** Which services the network reaches by interfaces, which cost by the hour, and in how many of its zones. */
export interface ServiceSet {
  readonly bundles: readonly EndpointBundle[];
  readonly services: readonly string[];
  /** Why one zone is enough for the interfaces. @default - they stand in each zone */
  readonly singleZoneReason?: string;
}

/** Nothing but the free gateways. */
export const gatewaysOnly: ServiceSet = { bundles: [], services: [] };

/** One interface in one zone, which shows what every further one does. */
export const oneInterface: ServiceSet = {
  bundles: [],
  services: ['sts'],
  singleZoneReason: 'A sandbox may lose its one interface with the zone; the way to S3 is there in every zone',
};

/** What hosts, tasks and functions need, in each zone. */
export const everything: ServiceSet = {
  bundles: Object.keys(endpointBundles) as EndpointBundle[],
  services: ['sqs', 'sns', 'monitoring'],
};

/** Credentials of another account open nothing here, so that nobody carries data out with a pair of his own. */
export const ownIdentities: EndpointAllowance = {
  actions: ['*'],
  resources: ['*'],
  conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
};

/** Tables of this account, and what lists them. */
export const ownTables: EndpointAllowance = {
  actions: ['dynamodb:*'],
  resources: ['*'],
  conditions: { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
};

/** Layers of container images, which lie in buckets of AWS. */
export const imageLayers: EndpointAllowance = {
  actions: ['s3:GetObject'],
  resources: [`arn:${Aws.PARTITION}:s3:::prod-${Aws.REGION}-starport-layer-bucket/*`],
};
