import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import type { IAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Construct } from 'constructs';
import { bootKit } from '../../constructs/compute/boot-kit';
import { BootProgram } from '../../constructs/compute/boot-program';
import { ComputeTemplate, type ComputeTemplateProps } from '../../constructs/compute/compute-template';
import { Fleet } from '../../constructs/compute/fleet';
import type { FleetSize } from '../../constructs/compute/fleet-size';
import { ScalingStrategy } from '../../constructs/compute/scaling-strategy';
import type { TargetPool } from '../../constructs/compute/target-pool';
import { ownIdentities, systemPackages } from '../../constructs/network/endpoint-policy';
import { OperatorAccess } from '../../constructs/network/operator-access';
import { PrivateServiceAccess } from '../../constructs/network/private-service-access';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { SharedFiles } from '../../constructs/storage/shared-files';
import type { Place } from './place';

export interface FileServersProps {
  readonly place: Place;
  readonly files: SharedFiles;
  readonly targets: TargetPool;
  readonly alarms: AlarmTopic;
  readonly machine: Pick<ComputeTemplateProps, 'instanceType' | 'typePolicy' | 'credits'>;
  readonly size: FleetSize;
}

/** The port servers answer on, and the path by which the balancer asks whether they see the files. */
export const serving = { port: 80, healthPath: '/health' } as const;

const boot = (file: string): string => join(__dirname, 'boot', file);
const folder = '/srv/documents';

/** Servers that give out what functions have kept. They see the files and may not change them, and keep nothing themselves. */
export class FileServers extends Construct {
  readonly group: IAutoScalingGroup;

  constructor(scope: Construct, id: string, props: FileServersProps) {
    super(scope, id);
    const { place, files, targets, alarms } = props;
    const template = new ComputeTemplate(this, 'Server', {
      vpc: place.vpc,
      description: 'File servers: requests and probes from the load balancer only',
      ...props.machine,
      // A shell would take two more endpoints in each zone.
      access: OperatorAccess.none(),
      boot: new BootProgram(this, 'Boot', {
        program: boot('boot.sh'),
        files: [bootKit, boot('nginx.conf')],
        settings: { PORT: `${serving.port}`, HEALTH_PATH: serving.healthPath, FOLDER: folder },
        mounts: [{ shared: files, at: folder, readOnly: true }],
      }),
    });
    const services = new PrivateServiceAccess(this, 'Services', {
      vpc: place.vpc,
      services: ['s3', 'cloudformation'],
      subnets: place.subnets,
      clients: [template],
      allow: { s3: [systemPackages], cloudformation: [ownIdentities] },
    });
    this.group = new Fleet(this, 'Fleet', {
      vpc: place.vpc,
      subnets: place.subnets,
      template,
      size: props.size,
      targets,
      alarms,
      bootTime: Duration.minutes(4),
      scaling: [ScalingStrategy.requestsPerTarget({ perMinute: 3_000 })],
    }).group;
    // The first server would find neither packages nor anybody to tell that it is well.
    this.group.node.addDependency(services);
  }
}
