import { Duration, Validations } from 'aws-cdk-lib';
import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ProgramBoot } from '../../constructs/compute/program-boot';
import { SecureInstance } from '../../constructs/compute/secure-instance';
import { WorkerProgram } from '../../constructs/messaging/worker-program';
import type { InspectionRoutes } from '../../constructs/network/inspection-routes';
import { programFile } from '../../handlers';
import type { Machine } from './appliances';

/** Where the page is asked for; a program without privileges may listen there. */
export const pagePort = 8080;

export interface PageProps {
  readonly vpc: IVpc;
  readonly subnet: ISubnet;
  readonly inspectedBy: InspectionRoutes;
  readonly machine: Machine;
}

/** The application that is inspected: a server with a public address, which knows nothing of it. */
export class Page extends Construct {
  readonly server: SecureInstance;

  constructor(scope: Construct, id: string, { machine, ...place }: PageProps) {
    super(scope, id);
    const program = new ProgramBoot(this, 'Boot', {
      unit: 'page',
      description: 'Says who asks, and by which headers',
      ready: 'server ready',
      program: WorkerProgram.bundled(programFile('traffic-inspection', 'page')),
      logGroup: new LogGroup(this, 'Output'),
      drainTime: Duration.seconds(30),
      environment: { PORT: `${pagePort}`, POWERTOOLS_SERVICE_NAME: 'traffic-inspection' },
    });
    this.server = new SecureInstance(this, 'Server', {
      ...place,
      ...machine,
      description: 'The page, for everybody who gets past the appliances',
      boot: program.boot,
      publicAddress: true,
    });
    program.grantRun(this.server.role);
    this.server.group.allowFromAnywhere(
      [pagePort],
      'It is a public page that keeps nothing, and every packet to it has passed an appliance.',
    );
    Validations.of(this.server.instance).acknowledge({
      id: 'AwsSolutions::AwsSolutions-EC26',
      reason:
        'The rule looks for the launch template of every instance where the stack has one, and breaks on an instance without; its volume is encrypted, or ComputeGuard refuses it.',
    });
  }
}
