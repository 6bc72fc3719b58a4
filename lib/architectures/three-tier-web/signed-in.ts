import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { SessionTable } from '../../constructs/data/session-table';
import { WorkerProgram } from '../../constructs/messaging/worker-program';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { programFile } from '../../handlers';

export interface SignedInProps {
  readonly alarms: AlarmTopic;
}

/** What keeps visitors signed in whichever server answers: a table of sessions, and the program on each server that reads and writes it. */
export class SignedIn extends Construct {
  /** What the boot of a server is told of it. */
  readonly settings: Readonly<Record<string, string>>;
  private readonly sessions: SessionTable;
  private readonly program: Asset;

  constructor(scope: Construct, id: string, { alarms }: SignedInProps) {
    super(scope, id);
    this.sessions = new SessionTable(this, 'Table', { alarms });
    this.program = WorkerProgram.bundled(programFile('three-tier-web', 'session-server')).asset(this, 'Program');
    this.settings = {
      ...this.sessions.environment,
      SESSION_PROGRAM: this.program.s3ObjectUrl,
      REGION: Aws.REGION,
    };
  }

  /** Lets the role of a server fetch the program, and use sessions whose number it is told. */
  grantRun(role: IRole): void {
    this.sessions.grantUse(role);
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [this.program.bucket.arnForObjects(this.program.s3ObjectKey)],
      }),
    );
  }
}
