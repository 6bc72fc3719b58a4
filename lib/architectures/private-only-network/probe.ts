import { Validations } from 'aws-cdk-lib';
import { Peer, Port } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/private-only-network/environment';
import { wildcardFinding } from '../../constructs/findings';
import type { TieredNetwork } from '../../constructs/network/tiered-network';
import { AppFunction } from '../../constructs/serverless/app-function';
import { handlerCode } from '../../handlers';

export interface ProbeProps {
  readonly network: TieredNetwork;
  readonly vault: IBucket;
}

/**
 * A function that stands where workloads do, and tries what it is told to. Its group lets HTTPS out to everywhere, because the
 * addresses of S3 are public ones: that it gets no further than the endpoints is the work of the routes.
 */
export class Probe extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { network, vault }: ProbeProps) {
    super(scope, id);
    const probe = new AppFunction(this, 'Function', {
      description: 'Tries from inside the network what it is told to',
      code: handlerCode('private-only-network', 'probe'),
      environment: { [environment.vaultBucket]: vault.bucketName },
      network: { vpc: network.vpc, subnets: network.subnets('workload') },
    });
    probe.function.connections.allowTo(Peer.anyIpv4(), Port.tcp(443), 'HTTPS, as far as routes lead');
    Validations.of(probe.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'Whoever asks the probe waits for its answer, a failure too; Lambda sends only events nobody waits for to a dead-letter queue.',
    });
    this.mayUse(probe.role, vault);
    this.function = probe.function;
  }
  private mayUse(role: IRole, vault: IBucket): void {
    const notes = vault.arnForObjects('notes/*');
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [notes] }));
    // Without it a note that is not there is refused instead of missing.
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [vault.bucketArn] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(this, notes),
      reason:
        'Names of notes are chosen by those who ask, so the role covers their folder; nothing else of the bucket is readable.',
    });
  }
}
