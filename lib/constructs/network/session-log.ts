import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import { wildcardFinding } from '../findings';

export interface SessionLogProps {
  /**
   * After how long without a key pressed a session ends, 1 to 60 minutes.
   * @default Duration.minutes(20)
   */
  readonly idleTimeout?: Duration;
}

/**
 * Writes sessions down while they run, what is typed and what is shown, in a log group, and ends those that idle.
 *
 * Sessions follow the document they are started with: operators name it (`--document-name`), and `OperatorAccess.session()`
 * lets them start no other. What an operator types stands in the log, also a password.
 *
 * @claims network-session-access
 */
export class SessionLog extends Construct {
  readonly logGroup: ILogGroup;
  /** What operators name when they open a session. */
  readonly documentName: string;

  constructor(scope: Construct, id: string, { idleTimeout = Duration.minutes(20) }: SessionLogProps = {}) {
    super(scope, id);
    refuse(this, [outsideDuration('idleTimeout', idleTimeout, Duration.minutes(1), Duration.minutes(60))]);
    this.logGroup = new LogGroup(this, 'Sessions');
    const document = new CfnDocument(this, 'Document', {
      documentType: 'Session',
      documentFormat: 'JSON',
      updateMethod: 'NewVersion',
      content: {
        schemaVersion: '1.0',
        description: 'A shell whose every line is kept',
        sessionType: 'Standard_Stream',
        inputs: {
          cloudWatchLogGroupName: this.logGroup.logGroupName,
          cloudWatchStreamingEnabled: true,
          // It asks for a key of the account's own, without which CloudWatch encrypts all the same.
          cloudWatchEncryptionEnabled: false,
          idleSessionTimeout: `${idleTimeout.toMinutes()}`,
        },
      },
    });
    this.documentName = document.ref;
  }

  /** Lets a host write what happens in its sessions. */
  grantWrite(role: IRole): void {
    this.logGroup.grantWrite(role);
    const { logGroupArn } = this.logGroup;
    const groups = Stack.of(this).formatArn({ service: 'logs', resource: 'log-group', resourceName: '*' });
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['logs:DescribeLogStreams'], resources: [logGroupArn] }));
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['logs:DescribeLogGroups'], resources: [groups] }));
    Validations.of(role).acknowledge({
      id: wildcardFinding(role, groups),
      reason:
        'The agent of Session Manager looks the log group up by listing, which CloudWatch Logs allows for all groups of an account and Region or for none; it may write into one.',
    });
  }
}
