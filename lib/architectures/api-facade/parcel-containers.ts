import { Duration, Validations } from 'aws-cdk-lib';
import {
  AwsLogDriver,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { TargetType, type IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { AppLoadBalancer } from '../../constructs/compute/app-load-balancer';
import { Exposure } from '../../constructs/compute/exposure';
import { TargetPool } from '../../constructs/compute/target-pool';
import { WorkerProgram } from '../../constructs/messaging/worker-program';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TierSecurityGroup } from '../../constructs/network/tier-security-group';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ApiLink } from '../../constructs/serverless/api-link';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { programFile } from '../../handlers';
import { service, type Parcels } from './parcel-desk';

export interface ParcelContainersProps {
  readonly parcels: Parcels;
  readonly alarms: AlarmTopic;
  readonly deletionProtection: boolean;
  /** How many run. */
  readonly count: number;
}

const port = 8080;

/**
 * The container is AWS's own image of Node.js, which holds the AWS SDK. It fetches the program from the bootstrap bucket, so that
 * nobody needs a container engine to deploy it.
 */
const fetchAndRun = [
  "const { S3Client, GetObjectCommand } = require('@aws-sdk/client-s3')",
  'const { PROGRAM_BUCKET: Bucket, PROGRAM_KEY: Key } = process.env',
  "new S3Client().send(new GetObjectCommand({ Bucket, Key })).then(({ Body }) => Body.transformToString()).then((text) => new module.constructor()._compile(text, '/program.js'))",
].join(';');

/**
 * Parcels answered by containers in a network: no balancer, no container has a door to the internet, and the API gets in by its
 * link alone.
 */
export class ParcelContainers extends Construct {
  readonly link: ApiLink;
  readonly balancer: IApplicationLoadBalancer;

  constructor(scope: Construct, id: string, props: ParcelContainersProps) {
    super(scope, id);
    const { parcels, alarms, deletionProtection, count } = props;
    const network = new TieredNetwork(this, 'Network', {
      plan: {
        cidr: '10.44.0.0/16',
        tiers: [
          { name: 'entry', access: 'isolated' },
          { name: 'container', access: 'public' },
        ],
        zones: 2,
      },
      // Containers have a way to AWS of their own, for the registry; nobody else here needs one.
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    const { vpc } = network;
    this.link = new ApiLink(this, 'Link', { vpc, subnets: network.subnets('entry') });
    const pool = new TargetPool(this, 'Pool', {
      vpc,
      port,
      targetType: TargetType.IP,
      health: { path: '/health' },
      deregistrationDelay: Duration.seconds(30),
    });
    this.balancer = new AppLoadBalancer(this, 'Entry', {
      vpc,
      subnets: network.subnets('entry'),
      targets: pool,
      logs: new LogBucket(this, 'Logs'),
      alarms,
      exposure: Exposure.internal([this.link]),
      deletionProtection,
    }).loadBalancer;
    this.run(network, pool, parcels, count);
  }

  private run(network: TieredNetwork, pool: TargetPool, parcels: Parcels, count: number): void {
    const { vpc } = network;
    const program = WorkerProgram.bundled(programFile(service, 'container')).asset(this, 'Program');
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: 256,
      memoryLimitMiB: 512,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64 },
    });
    task.addContainer('Parcels', {
      image: ContainerImage.fromRegistry('public.ecr.aws/lambda/nodejs:24'),
      entryPoint: ['/var/lang/bin/node', '-e', fetchAndRun],
      environment: {
        ...parcels.environment,
        PORT: `${port}`,
        NODE_PATH: '/var/runtime/node_modules',
        PROGRAM_BUCKET: program.s3BucketName,
        PROGRAM_KEY: program.s3ObjectKey,
        POWERTOOLS_SERVICE_NAME: service,
      },
      logging: new AwsLogDriver({ logGroup: new LogGroup(this, 'Output'), streamPrefix: 'parcels' }),
      portMappings: [{ containerPort: port }],
      readonlyRootFilesystem: true,
      user: '1000',
    });
    Validations.of(task).acknowledge({
      id: 'AwsSolutions::AwsSolutions-ECS2',
      reason:
        'The variables are the names of a table and of the program, and the port; none of them is a secret, and all of them stand in the template anyway.',
    });
    parcels.grantUse(task.taskRole);
    task.taskRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [program.bucket.arnForObjects(program.s3ObjectKey)],
      }),
    );

    const group = new TierSecurityGroup(this, 'ContainerGroup', {
      vpc,
      description: 'Containers: let the load balancer in, and reach AWS',
    });
    group.allowOutbound(443);
    pool.admit(group);
    const tasks = new FargateService(this, 'Service', {
      cluster: new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED }),
      taskDefinition: task,
      desiredCount: count,
      minHealthyPercent: 100,
      // The image comes from a public registry, which no endpoint reaches; the group lets nobody in but the load balancer.
      assignPublicIp: true,
      vpcSubnets: network.subnets('container'),
      securityGroups: [group.securityGroup],
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: Duration.minutes(1),
    });
    tasks.attachToApplicationTargetGroup(pool.targetGroup);
    tasks.node.addDependency(vpc.internetConnectivityEstablished);
  }
}
