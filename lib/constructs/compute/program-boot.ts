import { Aws, Token, type Duration } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import type { WorkerProgram } from '../messaging/worker-program';
import { BootDelivery, BootProgram } from './boot-program';
import { programScript, type ProgramScriptProps } from './program-script';

export interface ProgramBootProps extends ProgramScriptProps {
  readonly program: WorkerProgram;
  /** Where its log goes, a stream for each machine. */
  readonly logGroup: ILogGroup;
  /** How long the program may work on when the machine goes. */
  readonly drainTime: Duration;
  /**
   * Environment variables of the program. Never secrets.
   * @default - AWS_REGION
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What boots a machine that runs one program of Node.js and carries its log away. */
export class ProgramBoot extends Construct {
  readonly boot: BootProgram;
  private readonly asset: Asset;
  private readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: ProgramBootProps) {
    super(scope, id);
    const { unit, logGroup, drainTime, environment = {} } = props;
    refuse(this, [
      !/^[a-z]{1,20}$/.test(unit) && `unit is ${unit}; give up to 20 small letters`,
      ...Object.entries(environment)
        .filter(([, value]) => !Token.isUnresolved(value) && value === '')
        .map(([name]) => `environment.${name} is empty; leave it out`),
    ]);
    this.logGroup = logGroup;
    this.asset = props.program.asset(this, 'Program');
    const variables: Record<string, string> = { AWS_REGION: Aws.REGION, ...environment };
    const own = (name: string) => `${unit.toUpperCase()}_${name}`;
    this.boot = new BootProgram(this, 'Boot', {
      program: programScript(props),
      // Addresses of queues and buckets may be long, and user data is short.
      delivery: BootDelivery.fromBucket(),
      settings: {
        [own('PROGRAM')]: this.asset.s3ObjectUrl,
        [own('LOG_GROUP')]: logGroup.logGroupName,
        [own('REGION')]: Aws.REGION,
        [own('DRAIN_SECONDS')]: `${drainTime.toSeconds()}`,
        [own('VARIABLES')]: Object.keys(variables).join(' '),
        ...variables,
      },
    });
  }

  /** Lets the role of a machine fetch the program and write its log. */
  grantRun(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [this.asset.bucket.arnForObjects(this.asset.s3ObjectKey)],
      }),
    );
    this.logGroup.grantWrite(role);
  }
}
