import { Duration } from 'aws-cdk-lib';
import { GatewayVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { ObjectVersions } from '../../constructs/storage/object-versions';
import { PrivateBucket } from '../../constructs/storage/private-bucket';
import type { Profile } from '../../profile';

/** Where file systems stand and what they are filled from: a network without a way in or out, and a bucket. Nothing of it is billed by the hour. */
export class Place extends Construct {
  readonly network: TieredNetwork;
  readonly data: IBucket;

  constructor(scope: Construct, id: string, { logRetention, deletionProtection }: Profile) {
    super(scope, id);
    this.network = new TieredNetwork(this, 'Network', {
      plan: {
        cidr: '10.30.0.0/16',
        zones: 2,
        tiers: [
          { name: 'files', access: 'isolated' },
          { name: 'clients', access: 'isolated' },
        ],
      },
      // Packages of Amazon Linux lie in S3, too.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      flowLogs: FlowDestination.logs(),
    });
    const { bucket: accessLogs } = new LogBucket(this, 'AccessLogs', {
      expiration: Duration.days(logRetention),
      writtenByBuckets: true,
    });
    this.data = new PrivateBucket(this, 'Data', {
      accessLogs,
      accessLogPrefix: 'data/',
      versions: deletionProtection ? ObjectVersions.kept(Duration.days(30)) : ObjectVersions.none(),
    }).bucket;
  }
}
