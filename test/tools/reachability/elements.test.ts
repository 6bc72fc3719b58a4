import { Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { InstanceTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as redshift from 'aws-cdk-lib/aws-redshiftserverless';
import { anything, NetworkModel, tcp, udp } from '../../support/reachability';
import { testApp } from '../../support/app';
import { plainVpc, ref, Sketch } from './sketch';

/** A VPC of the CDK with a public, a private and an isolated subnet in each of two zones. */
function site(build: (stack: Stack, vpc: ec2.Vpc) => unknown, props: ec2.VpcProps = {}): NetworkModel {
  const app = testApp();
  app.node.setContext('aws:cdk:enable-path-metadata', true);
  const stack = new Stack(app, 'Site');
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    maxAzs: 2,
    natGateways: 1,
    subnetConfiguration: [
      { name: 'public', subnetType: ec2.SubnetType.PUBLIC },
      { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ],
    ...props,
  });
  build(stack, vpc);
  return NetworkModel.fromTemplates({ Site: app.synth().getStackByName('Site').template });
}

const isolated = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
const fleetIn = (stack: Stack, vpc: ec2.IVpc, id: string, allowAllOutbound = false) =>
  new autoscaling.AutoScalingGroup(stack, id, {
    vpc,
    instanceType: new ec2.InstanceType('t4g.micro'),
    machineImage: ec2.MachineImage.latestAmazonLinux2023(),
    securityGroup: new ec2.SecurityGroup(stack, `${id}Group`, { vpc, allowAllOutbound }),
  });

describe('load balancers', () => {
  test('three tiers: the internet reaches the balancer, the balancer its targets on their port, they the database [network-three-tiers, network-reachability-model]', () => {
    const network = site((stack, vpc) => {
      const balancer = new elbv2.ApplicationLoadBalancer(stack, 'LoadBalancer', { vpc, internetFacing: true });
      const fleet = fleetIn(stack, vpc, 'Fleet');
      const listener = balancer.addListener('Http', { port: 80 });
      listener.addTargets('Targets', { port: 8080, targets: [fleet], healthCheck: { port: '9090' } });
      fleet.connections.allowFrom(balancer, ec2.Port.tcp(9090));
      const database = new rds.DatabaseInstance(stack, 'Database', {
        vpc,
        vpcSubnets: isolated,
        engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
        securityGroups: [new ec2.SecurityGroup(stack, 'Data', { vpc, allowAllOutbound: false })],
      });
      database.connections.allowDefaultPortFrom(fleet);
    });
    expect(network).toHaveReachability([
      ['internet', 'LoadBalancer', tcp(80)],
      ['LoadBalancer', 'Fleet', tcp(8080, 9090)],
      ['Fleet', 'Database', tcp(5432)],
    ]);
    expect(network).not.toReach('internet', 'Fleet', anything);
    expect(network).not.toReach('LoadBalancer', 'Database', anything);
    expect(network.canReach('internet', 'LoadBalancer', tcp(443)).stoppedBy?.says).toMatch(
      /admits tcp 443|only tcp 80/,
    );
    expect(network.canReach('LoadBalancer', 'Database', anything).stoppedBy?.says).toBe(
      'LoadBalancer opens connections to its targets only',
    );
  });

  test('a balancer takes only what it has listeners for, and nothing without targets beyond it', () => {
    const network = site((stack, vpc) => {
      const group = new ec2.SecurityGroup(stack, 'Wide', { vpc });
      group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.allTraffic());
      const balancer = new elbv2.ApplicationLoadBalancer(stack, 'LoadBalancer', {
        vpc,
        internetFacing: true,
        securityGroup: group,
      });
      balancer.addListener('Http', { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(200) });
    });
    expect(network).toHaveReachability([['internet', 'LoadBalancer', tcp(80)]]);
    expect(network.canReach('internet', 'LoadBalancer', tcp(81)).stoppedBy?.says).toBe(
      'LoadBalancer has listeners for tcp 80 only',
    );
  });

  test('an internal balancer is between two tiers, and each tier reaches only the next [compute-two-lb-tiers]', () => {
    const network = site((stack, vpc) => {
      const [web, app] = [fleetIn(stack, vpc, 'Web'), fleetIn(stack, vpc, 'App')];
      const front = new elbv2.ApplicationLoadBalancer(stack, 'Front', { vpc, internetFacing: true });
      const inner = new elbv2.ApplicationLoadBalancer(stack, 'Inner', { vpc });
      front.addListener('Http', { port: 80 }).addTargets('Web', { port: 80, targets: [web] });
      inner.addListener('Http', { port: 80, open: false }).addTargets('App', { port: 8080, targets: [app] });
      inner.connections.allowFrom(web, ec2.Port.tcp(80));
    });
    expect(network).toHaveReachability([
      ['internet', 'Front', tcp(80)],
      ['Front', 'Web', tcp(80)],
      ['Web', 'Inner', tcp(80)],
      ['Inner', 'App', tcp(8080)],
    ]);
  });

  const networkBalancer = (
    withGroup: boolean,
    admit: (fleet: ec2.IConnectable, balancer: elbv2.NetworkLoadBalancer) => void,
  ) =>
    site((stack, vpc) => {
      const fleet = fleetIn(stack, vpc, 'Fleet');
      const balancer = new elbv2.NetworkLoadBalancer(stack, 'Balancer', {
        vpc,
        internetFacing: true,
        ...(withGroup
          ? { securityGroups: [new ec2.SecurityGroup(stack, 'BalancerGroup', { vpc })] }
          : { disableSecurityGroups: true }),
      });
      if (withGroup) balancer.connections.allowFromAnyIpv4(ec2.Port.tcp(443));
      balancer.addListener('Tls', { port: 443 }).addTargets('Targets', { port: 8443, targets: [fleet] });
      admit(fleet, balancer);
    });

  test('a network balancer without a group lets everybody in, and its targets see the clients themselves', () => {
    const onlyHealth = networkBalancer(false, (fleet) =>
      fleet.connections.allowFrom(ec2.Peer.ipv4('10.0.0.0/16'), ec2.Port.tcp(8443)),
    );
    expect(onlyHealth).toReach('internet', 'Balancer', tcp(443));
    expect(onlyHealth).not.toReach('Balancer', 'Fleet', anything);
    expect(onlyHealth.canReach('Balancer', 'Fleet', tcp(8443)).path.map(({ says }) => says)).toEqual(
      expect.arrayContaining([
        'Balancer passes on to tcp 8443 (listener tcp 443) under the address of its client',
        'the security group of Fleet admits tcp 8443 only from 10.0.0.0/16',
      ]),
    );
    const both = networkBalancer(false, (fleet) => fleet.connections.allowFromAnyIpv4(ec2.Port.tcp(8443)));
    expect(both).toReach('Balancer', 'Fleet', tcp(8443));
    expect(both).not.toReach('internet', 'Fleet', anything);
  });

  test('a target by its address is the machine that has this address, or may be one of the subnet', () => {
    const sketch = (address: string) =>
      plainVpc()
        .subnet('A3', '10.0.3.0/24', { MapPublicIpOnLaunch: true })
        .host('Fixed', 'A2', 'Open', { PrivateIpAddress: '10.0.2.10' })
        .add('Balancer', 'ElasticLoadBalancingV2::LoadBalancer', {
          Subnets: [ref('A1'), ref('A3')],
          SecurityGroups: [ref('Open')],
        })
        .add('Targets', 'ElasticLoadBalancingV2::TargetGroup', {
          Protocol: 'HTTP',
          Port: 80,
          TargetType: 'ip',
          Targets: [{ Id: address }],
        })
        .add('Listener', 'ElasticLoadBalancingV2::Listener', {
          LoadBalancerArn: ref('Balancer'),
          Protocol: 'HTTP',
          Port: 80,
          DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }],
        })
        .model();
    expect(sketch('10.0.2.10')).toReach('Balancer', 'Fixed', tcp(80));
    expect(sketch('10.0.2.11')).not.toReach('Balancer', 'Fixed', anything);
    expect(sketch('10.0.2.11').canReach('Balancer', 'Back', tcp(80)).doubts).toEqual([
      'which machine has the address 10.0.2.11/32 is known only at deployment',
    ]);
  });

  test('a network balancer with a group passes nothing until listener and targets are opened to it', () => {
    const shut = networkBalancer(true, () => undefined);
    expect(shut).not.toReach('Balancer', 'Fleet', anything);
    const open = networkBalancer(true, (fleet, balancer) => fleet.connections.allowFrom(balancer, ec2.Port.tcp(8443)));
    expect(open).toHaveReachability([
      ['internet', 'Balancer', tcp(443)],
      ['Balancer', 'Fleet', tcp(8443)],
    ]);
  });

  test('single instances, written addresses and weighted groups are targets too', () => {
    const network = site((stack, vpc) => {
      const group = new ec2.SecurityGroup(stack, 'Servers', { vpc, allowAllOutbound: false });
      const host = (id: string) =>
        new ec2.Instance(stack, id, {
          vpc,
          securityGroup: group,
          instanceType: new ec2.InstanceType('t4g.micro'),
          machineImage: ec2.MachineImage.latestAmazonLinux2023(),
        });
      const balancer = new elbv2.ApplicationLoadBalancer(stack, 'LoadBalancer', { vpc, internetFacing: true });
      group.connections.allowFrom(balancer, ec2.Port.tcpRange(8000, 8002));
      const targets = [host('One'), host('Two')].map(
        (one, i) =>
          new elbv2.ApplicationTargetGroup(stack, `Group${i}`, {
            vpc,
            port: 8000 + i,
            protocol: elbv2.ApplicationProtocol.HTTP,
            targets: [new InstanceTarget(one)],
          }),
      );
      balancer.addListener('Http', {
        port: 80,
        defaultAction: elbv2.ListenerAction.weightedForward(
          targets.map((targetGroup, i) => ({ targetGroup, weight: 9 - 8 * i })),
        ),
      });
    });
    expect(network).toReach('LoadBalancer', 'One', tcp(8000));
    expect(network).toReach('LoadBalancer', 'Two', tcp(8001));
    expect(network).not.toReach('LoadBalancer', 'One', tcp(8001));
  });
});

describe('data stores', () => {
  test('each listens on its own port, in the subnets of its subnet group', () => {
    const network = site((stack, vpc) => {
      const client = fleetIn(stack, vpc, 'Client', true);
      const group = (id: string) => {
        const made = new ec2.SecurityGroup(stack, id, { vpc, allowAllOutbound: false });
        made.connections.allowFrom(client, ec2.Port.allTraffic());
        return made;
      };
      new rds.DatabaseCluster(stack, 'Aurora', {
        vpc,
        vpcSubnets: isolated,
        engine: rds.DatabaseClusterEngine.auroraMysql({ version: rds.AuroraMysqlEngineVersion.VER_3_08_0 }),
        writer: rds.ClusterInstance.serverlessV2('Writer'),
        readers: [rds.ClusterInstance.serverlessV2('Reader')],
        port: 3333,
        securityGroups: [group('AuroraGroup')],
      });
      const subnetIds = vpc.isolatedSubnets.map(({ subnetId }) => subnetId);
      const subnetGroup = new elasticache.CfnSubnetGroup(stack, 'Subnets', { description: 'x', subnetIds });
      new elasticache.CfnReplicationGroup(stack, 'Cache', {
        replicationGroupDescription: 'x',
        cacheSubnetGroupName: subnetGroup.ref,
        securityGroupIds: [group('CacheGroup').securityGroupId],
      });
      new redshift.CfnWorkgroup(stack, 'Warehouse', {
        workgroupName: 'x',
        subnetIds,
        securityGroupIds: [group('WarehouseGroup').securityGroupId],
      });
      new efs.FileSystem(stack, 'Files', { vpc, vpcSubnets: isolated, securityGroup: group('FilesGroup') });
    });
    for (const [store, port] of [
      ['Aurora', 3333],
      ['Cache', 6379],
      ['Warehouse', 5439],
      ['Files', 2049],
    ] as const) {
      expect(network).toReach('Client', store, tcp(port));
      expect(network).not.toReach('Client', store, tcp(port + 1));
      expect(network).not.toReach(store, 'internet', anything);
      expect(network).not.toReach('internet', store, anything);
    }
    expect(network.canReach('Files', 'Client').stoppedBy?.says).toBe(
      'Files begins no connections, being a file system',
    );
  });

  test('a public database is found by the internet where its subnets are public, and not otherwise', () => {
    const database = (subnetType: ec2.SubnetType) =>
      site((stack, vpc) => {
        const made = new rds.DatabaseInstance(stack, 'Database', {
          vpc,
          vpcSubnets: { subnetType },
          engine: rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_4_5 }),
          publiclyAccessible: true,
        });
        made.connections.allowDefaultPortFromAnyIpv4();
      });
    expect(database(ec2.SubnetType.PUBLIC)).toReach('internet', 'Database', tcp(3306));
    expect(database(ec2.SubnetType.PRIVATE_ISOLATED)).not.toReach('internet', 'Database', anything);
  });
});

test('a database that says nothing of it is public where its VPC has an internet gateway; a warehouse is not', () => {
  const sketch = plainVpc()
    .add('Subnets', 'RDS::DBSubnetGroup', { SubnetIds: [ref('A1')] })
    .add('Database', 'RDS::DBInstance', {
      Engine: 'postgres',
      DBSubnetGroupName: ref('Subnets'),
      VPCSecurityGroups: [ref('Open')],
    })
    .add('Warehouse', 'RedshiftServerless::Workgroup', { SubnetIds: [ref('A1')], SecurityGroupIds: [ref('Open')] });
  expect(sketch.model()).toReach('internet', 'Database', tcp(5432));
  expect(sketch.model()).not.toReach('internet', 'Warehouse', anything);
});

describe('functions and tasks', () => {
  test('a function reaches what its subnets reach, and nothing reaches a function', () => {
    const network = site((stack, vpc) => {
      const make = (id: string, subnetType: ec2.SubnetType) =>
        new lambda.Function(stack, id, {
          vpc,
          vpcSubnets: { subnetType },
          allowPublicSubnet: true,
          runtime: lambda.Runtime.NODEJS_24_X,
          handler: 'index.handler',
          code: lambda.Code.fromInline('x'),
        });
      make('Private', ec2.SubnetType.PRIVATE_WITH_EGRESS);
      make('Public', ec2.SubnetType.PUBLIC);
      make('Isolated', ec2.SubnetType.PRIVATE_ISOLATED);
      vpc.addGatewayEndpoint('Dynamo', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB, subnets: [isolated] });
    });
    expect(network).toReach('Private', 'internet', tcp(443));
    expect(network.canReach('Public', 'internet').stoppedBy?.says).toBe(
      'Public has no public address (a function never has one), so the internet gateway Vpc/IGW drops it',
    );
    expect(network).not.toReach('Isolated', 'internet', anything);
    expect(network).toReach('Isolated', 'dynamodb', tcp(443));
    expect(network).not.toReach('Private', 'Isolated', anything);
    expect(network.canReach('Private', 'Isolated').stoppedBy?.layer).toBe('security group');
  });

  test('tasks with interfaces of their own are targets on their container port', () => {
    const network = site((stack, vpc) => {
      const task = new ecs.FargateTaskDefinition(stack, 'Task');
      task.addContainer('App', {
        image: ecs.ContainerImage.fromRegistry('app'),
        portMappings: [{ containerPort: 9000 }],
      });
      const service = new ecs.FargateService(stack, 'Api', {
        cluster: new ecs.Cluster(stack, 'Cluster', { vpc }),
        taskDefinition: task,
        minHealthyPercent: 100,
        securityGroups: [new ec2.SecurityGroup(stack, 'Tasks', { vpc, allowAllOutbound: false })],
      });
      const balancer = new elbv2.ApplicationLoadBalancer(stack, 'LoadBalancer', { vpc, internetFacing: true });
      balancer.addListener('Http', { port: 80 }).addTargets('Api', { port: 80, targets: [service] });
    });
    expect(network).toHaveReachability([
      ['internet', 'LoadBalancer', tcp(80)],
      ['LoadBalancer', 'Api', tcp(9000)],
    ]);
  });

  test('tasks on instances of the cluster are found there, on a port that is chosen when they start', () => {
    const network = site((stack, vpc) => {
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
      const fleet = fleetIn(stack, vpc, 'Fleet');
      const provider = new ecs.AsgCapacityProvider(stack, 'Provider', { autoScalingGroup: fleet });
      cluster.addAsgCapacityProvider(provider);
      const task = new ecs.Ec2TaskDefinition(stack, 'Task');
      task.addContainer('App', {
        image: ecs.ContainerImage.fromRegistry('app'),
        memoryLimitMiB: 128,
        portMappings: [{ containerPort: 9000 }],
      });
      const service = new ecs.Ec2Service(stack, 'Api', { cluster, taskDefinition: task, minHealthyPercent: 100 });
      const balancer = new elbv2.ApplicationLoadBalancer(stack, 'LoadBalancer', { vpc, internetFacing: true });
      balancer.addListener('Http', { port: 80 }).addTargets('Api', { port: 80, targets: [service] });
      fleet.connections.allowFrom(balancer, ec2.Port.tcpRange(32_768, 65_535));
    });
    expect(network.canReach('LoadBalancer', 'Fleet', tcp(40_000))).toMatchObject({
      verdict: 'unknown',
      doubts: [expect.stringContaining('is chosen when a task starts')],
    });
    expect(network).not.toReach('LoadBalancer', 'Fleet', tcp(22));
  });
});

describe('fleets', () => {
  test('instances of one group over several zones are one element', () => {
    const network = site((stack, vpc) => void fleetIn(stack, vpc, 'Fleet', true));
    expect(network.elements).toEqual(['Fleet']);
    expect(network).toHaveReachability([['Fleet', 'internet', 'everything']]);
  });

  test('what holds for some zones only is said to hold in part, and satisfies neither statement', () => {
    const sketch = plainVpc()
      .subnet('A3', '10.0.3.0/24', { AvailabilityZone: 'eu-west-1b' })
      .add('Template', 'EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('Open')] } })
      .add('Fleet', 'AutoScaling::AutoScalingGroup', {
        VPCZoneIdentifier: [ref('A2'), ref('A3')],
        LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' },
      });
    const network = sketch.model();
    const answer = network.canReach('Fleet', 'internet', tcp(443));
    expect(answer).toMatchObject({
      verdict: 'reachable',
      isPartial: true,
      exception: { between: 'Fleet in A3 to internet (1.0.0.0)' },
    });
    expect(() => expect(network).toReach('Fleet', 'internet', tcp(443))).toThrow(/reachable in part/);
    expect(() => expect(network).not.toReach('Fleet', 'internet', tcp(443))).toThrow(/reachable in part/);
    expect(network.table().find(({ from, to }) => from === 'Fleet' && to === 'internet')).toMatchObject({
      passes: { tcp: [[0, 65_535]] },
      inPart: { tcp: [[0, 65_535]] },
    });
  });

  test('launch configurations and inline interfaces of launch templates say groups and addresses too', () => {
    const sketch = plainVpc()
      .add('Configuration', 'AutoScaling::LaunchConfiguration', {
        SecurityGroups: [ref('Open')],
        AssociatePublicIpAddress: true,
      })
      .add('Old', 'AutoScaling::AutoScalingGroup', {
        VPCZoneIdentifier: [ref('A1')],
        LaunchConfigurationName: ref('Configuration'),
      })
      .add('Template', 'EC2::LaunchTemplate', {
        LaunchTemplateName: 'by-name',
        LaunchTemplateData: {
          NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false, Groups: [ref('Open')] }],
        },
      })
      .add('Mixed', 'AutoScaling::AutoScalingGroup', {
        VPCZoneIdentifier: [ref('A1')],
        MixedInstancesPolicy: {
          LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateName: 'by-name', Version: '1' } },
        },
      });
    expect(sketch.model()).toReach('internet', 'Old', tcp(22));
    expect(sketch.model()).toReach('Front', 'Mixed', udp(53));
    expect(sketch.model()).not.toReach('internet', 'Mixed', anything);
  });
});

describe('the account', () => {
  test('may keep the internet out of its VPCs, or all of it, with exceptions', () => {
    const blocked = (mode: string) =>
      plainVpc().add('Block', 'EC2::VPCBlockPublicAccessOptions', { InternetGatewayBlockMode: mode });
    expect(blocked('off').model()).toReach('internet', 'Front', anything);
    expect(blocked('block-ingress').model()).not.toReach('internet', 'Front', anything);
    expect(blocked('block-ingress').model()).toReach('Back', 'internet', anything);
    expect(blocked('block-bidirectional').model()).not.toReach('Back', 'internet', anything);
    const excluded = blocked('block-bidirectional').add('Except', 'EC2::VPCBlockPublicAccessExclusion', {
      VpcId: ref('A'),
      InternetGatewayExclusionMode: 'allow-bidirectional',
    });
    expect(excluded.model()).toReach('internet', 'Front', anything);
  });
});

test('elements are known by path, by logical id with or without hash, and a wrong name gets a proposal', () => {
  const network = site((stack, vpc) => void fleetIn(stack, vpc, 'Fleet', true));
  for (const name of ['Fleet', 'Fleet/ASG', 'Site/Fleet/ASG']) expect(network.nameOf(name)).toBe('Fleet');
  expect(() => network.nameOf('Fleer')).toThrow(
    'the network has no "Fleer", did you mean Fleet? it has internet, internet6, Fleet',
  );
  const plain = new Sketch()
    .vpc('A', '10.0.0.0/16')
    .subnet('A1', '10.0.1.0/24')
    .host('WebServer1A2B3C4D', 'A1', undefined)
    .host('DataServer99887766', 'A1', undefined)
    .model();
  expect(plain.elements).toEqual(['WebServer', 'DataServer']);
  for (const name of ['WebServer', 'WebServer1A2B3C4D']) expect(plain.nameOf(name)).toBe('WebServer');
  expect(() => plain.nameOf('Server')).toThrow('"Server" may be WebServer or DataServer; write more of the path');
});
