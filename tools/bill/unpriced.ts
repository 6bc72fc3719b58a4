import { fits } from './free';

/** Types that are billed, but not by this table. They are printed, and never count as nothing. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  'its servers are not in the table': [
    'AWS::OpenSearchService::Domain',
    'AWS::Elasticsearch::Domain',
    'AWS::Redshift::Cluster',
    'AWS::DocDB::DBInstance',
    'AWS::Neptune::DBInstance',
    'AWS::MSK::Cluster',
    'AWS::AmazonMQ::Broker',
    'AWS::DAX::Cluster',
    'AWS::DMS::ReplicationInstance',
    'AWS::EMR::Cluster',
    'AWS::SageMaker::*',
    'AWS::WorkSpaces::Workspace',
    'AWS::DirectoryService::SimpleAD',
    'AWS::EC2::Host',
  ],
  'it is billed by data, runs or users that the template does not tell': [
    'AWS::Glue::Crawler',
    'AWS::Glue::DataQuality*',
    'AWS::Glue::DevEndpoint',
    'AWS::Glue::Job',
    'AWS::Glue::MLTransform',
    'AWS::RedshiftServerless::*',
    'AWS::OpenSearchServerless::*',
    'AWS::Transfer::Server',
    'AWS::DataSync::*',
    'AWS::StorageGateway::*',
    'AWS::Synthetics::Canary',
    'AWS::RUM::AppMonitor',
    'AWS::Inspector*',
    'AWS::Macie::*',
    'AWS::SecurityHub::*',
    'AWS::Detective::*',
    'AWS::AccessAnalyzer::Analyzer',
    'AWS::Shield::*',
    'AWS::DirectConnect::Connection',
    'AWS::CloudTrail::EventDataStore',
    'AWS::Bedrock::*',
    'AWS::RDS::DBProxy',
    'AWS::Backup::RestoreTesting*',
  ],
};

/** Why a type has no price here; undefined if it is not on the list. */
export function whyUnpriced(type: string): string | undefined {
  return Object.entries(reasons).find(([, types]) => types.some((pattern) => fits(pattern, type)))?.[0];
}

export const unpricedPatterns: readonly string[] = Object.values(reasons).flat();
