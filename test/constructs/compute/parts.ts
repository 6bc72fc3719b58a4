import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { InstanceType, SubnetType, Vpc, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { AppLoadBalancer, type AppLoadBalancerProps } from '../../../lib/constructs/compute/app-load-balancer';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { ComputeTemplate, type ComputeTemplateProps } from '../../../lib/constructs/compute/compute-template';
import { Fleet, type FleetProps } from '../../../lib/constructs/compute/fleet';
import { FleetSize } from '../../../lib/constructs/compute/fleet-size';
import { SecureInstance, type SecureInstanceProps } from '../../../lib/constructs/compute/secure-instance';
import { TargetPool, type TargetPoolProps } from '../../../lib/constructs/compute/target-pool';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';

/** The parts compute blocks are made of in tests, each with what it cannot do without. */
export class Parts {
  readonly vpc: IVpc;
  private readonly made = new Map<string, unknown>();

  constructor(readonly stack: Stack) {
    this.vpc = new Vpc(stack, 'Vpc', { natGateways: 1 });
  }

  get alarms(): AlarmTopic {
    return this.once('Alarms', () => new AlarmTopic(this.stack, 'Alarms'));
  }

  get boot(): BootProgram {
    return this.once('Boot', () => new BootProgram(this.stack, 'Boot', { program: join(__dirname, 'boot.sh') }));
  }

  template(props: Partial<ComputeTemplateProps> = {}): ComputeTemplate {
    return new ComputeTemplate(this.stack, 'Server', {
      vpc: this.vpc,
      description: 'Servers of a test',
      instanceType: new InstanceType('t4g.micro'),
      boot: this.boot,
      ...props,
    });
  }

  instance(props: Partial<SecureInstanceProps> = {}): SecureInstance {
    return new SecureInstance(this.stack, 'Server', {
      vpc: this.vpc,
      description: 'A server of a test',
      instanceType: new InstanceType('t4g.micro'),
      ...(props.state === undefined && { boot: this.boot }),
      ...props,
    });
  }

  pool(props: Partial<TargetPoolProps> = {}): TargetPool {
    return new TargetPool(this.stack, 'Pool', { vpc: this.vpc, port: 80, health: { path: '/health' }, ...props });
  }

  balancer(targets: TargetPool, props: Partial<AppLoadBalancerProps> = {}): AppLoadBalancer {
    return new AppLoadBalancer(this.stack, 'Entry', {
      vpc: this.vpc,
      subnets: { subnetType: SubnetType.PUBLIC },
      targets,
      logs: new LogBucket(this.stack, 'Logs'),
      alarms: this.alarms,
      ...props,
    });
  }

  fleet(props: Partial<FleetProps> = {}): Fleet {
    return new Fleet(this.stack, 'Fleet', {
      vpc: this.vpc,
      template: props.template ?? this.template(),
      size: FleetSize.between(2, 4),
      alarms: this.alarms,
      ...props,
    });
  }

  private once<T>(name: string, make: () => T): T {
    if (!this.made.has(name)) this.made.set(name, make());
    return this.made.get(name) as T;
  }
}
