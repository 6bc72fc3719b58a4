import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { BurstCredits } from '../../constructs/compute/burst-credits';
import { Exposure } from '../../constructs/compute/exposure';
import { FleetSize } from '../../constructs/compute/fleet-size';
import { TargetPool } from '../../constructs/compute/target-pool';
import { Transport } from '../../constructs/compute/transport';
import { TypePolicy } from '../../constructs/compute/type-policy';
import { DocumentTable } from '../../constructs/data/document-table';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { SharedFiles } from '../../constructs/storage/shared-files';
import type { ProfileName } from '../../profile';
import { DocumentFunctions } from './document-functions';
import { FileServers, serving, type FileServersProps } from './file-servers';
import { Place, type Way } from './place';
import { Visitor } from './visitor';

export interface VpcDocumentServiceProps extends ArchitectureProps {
  /**
   * By which way functions get out.
   * @default 'endpoints'
   */
  readonly way?: Way;
  /**
   * Whether servers give out the same files.
   * @default false
   */
  readonly servers?: boolean;
}

/** What servers are, where there are some. */
const sizes: Readonly<Record<ProfileName, Pick<FileServersProps, 'machine' | 'size'>>> = {
  sandbox: {
    machine: {
      instanceType: new InstanceType('t4g.micro'),
      typePolicy: TypePolicy.any(),
      credits: BurstCredits.unlimited(
        'A new T4g has no credits, so in standard mode it would install its packages at a fifth of one processor',
      ),
    },
    size: FleetSize.survivingZoneLoss(1, 4),
  },
  production: {
    machine: { instanceType: new InstanceType('m7g.medium'), typePolicy: TypePolicy.sustained() },
    size: FleetSize.survivingZoneLoss(2, 12),
  },
};

/**
 * Documents for programs of one network: functions and servers behind one internal load balancer, with one set of files.
 *
 * @claims serverless-in-vpc, serverless-shared-interfaces, serverless-efs, serverless-alb-target, storage-efs-security-group,
 * storage-efs-mount-targets, storage-efs-mount-script, storage-efs-lambda
 */
export class VpcDocumentService extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'functions-isolated': {
      what: 'functions that reach their files and one table, and nothing else',
      props: { way: 'endpoints', servers: false } satisfies Partial<VpcDocumentServiceProps>,
    },
    'functions-by-nat': {
      what: 'the same functions with a way to the internet',
      props: { way: 'nat', servers: false } satisfies Partial<VpcDocumentServiceProps>,
    },
    'functions-and-servers': {
      what: 'functions that keep, and servers that give out the same files, none of them with a way to the internet',
      props: { way: 'endpoints', servers: true } satisfies Partial<VpcDocumentServiceProps>,
    },
  };

  constructor(scope: Construct, id: string, props: VpcDocumentServiceProps) {
    super(scope, id, props);
    const { profile, settings, way = 'endpoints', servers = false } = props;
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });
    const index = new DocumentTable(this, 'Index', {
      partitionKey: { name: 'shelf', type: AttributeType.STRING },
      sortKey: { name: 'name', type: AttributeType.STRING },
      deletionProtection: profile.deletionProtection,
      alarms,
    });
    const place = new Place(this, 'Place', { way, index });
    const { vpc, subnets } = place;
    const files = new SharedFiles(this, 'Files', {
      vpc,
      subnets,
      folder: '/documents',
      encryptionKey: new Key(this, 'FilesKey', { description: 'Encrypts the documents', enableKeyRotation: true }),
      backups: profile.deletionProtection,
    });

    const clients = new TierSecurityGroup(this, 'Clients', { vpc, description: 'Whoever may use the documents' });
    const targets = servers
      ? new TargetPool(this, 'ServerPool', {
          vpc,
          port: serving.port,
          health: { path: serving.healthPath },
          deregistrationDelay: Duration.seconds(30),
        })
      : undefined;
    const entry = new AppLoadBalancer(this, 'Entry', {
      vpc,
      subnets,
      ...(targets && { targets }),
      logs: new LogBucket(this, 'AccessLogs'),
      logPrefix: 'entry',
      alarms,
      exposure: Exposure.internal([clients]),
      transport: settings.certificateArn
        ? Transport.tls({ certificate: Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn) })
        : Transport.plain(),
      deletionProtection: profile.deletionProtection,
    });
    new DocumentFunctions(this, 'Functions', { place, files, index, entry, alarms });
    if (targets) {
      const made = new FileServers(this, 'Servers', { place, files, targets, alarms, ...sizes[profile.name] });
      this.tell('ServerGroup', 'Servers that give out files', made.group.autoScalingGroupName);
    }
    const visitor = new Visitor(this, 'Visitor', { place, entry, clients, ...named(settings.domainName) });

    this.tell('AskFunction', 'Asks the service from inside the network', visitor.ask.functionName);
    this.tell('ProbeFunction', 'Knocks at doors from inside the network', visitor.probe.functionName);
    this.tell('Url', 'Where programs of the network find the service', entry.url);
    this.tell('Transport', 'How requests travel', entry.posture);
    this.tell('FileSystemId', 'Where files are', files.fileSystem.fileSystemId);
    this.tell('IndexTable', 'Knows what documents are called', index.table.tableName);
  }

  private tell(id: string, description: string, value: string): void {
    new CfnOutput(this, id, { description, value });
  }
}

const named = (name: string | undefined): { readonly name?: string } => (name === undefined ? {} : { name });
