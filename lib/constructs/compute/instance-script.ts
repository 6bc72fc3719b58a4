import { existsSync, readFileSync } from 'node:fs';
import { Stack, Validations, type Duration } from 'aws-cdk-lib';
import type { IAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Policy, PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { wildcardFinding } from '../findings';

export interface InstanceScriptProps {
  /** Path of a bash file that instances run as root. It must bear being run twice. */
  readonly script: string;
  /** How long it may take; Systems Manager ends it then, and it has failed. */
  readonly longest: Duration;
  readonly description: string;
}

/**
 * A script that instances of a group run when somebody asks them to: a document of Systems Manager, so that whoever may ask can ask
 * for this script alone, and of this group alone. The instances need the agent and a way to it, which `OperatorAccess.session()` gives.
 */
export class InstanceScript extends Construct {
  readonly documentName: string;

  constructor(scope: Construct, id: string, props: InstanceScriptProps) {
    super(scope, id);
    const { script, longest, description } = props;
    refuse(this, [!existsSync(script) && `there is no file ${script}; give the path of one that exists`]);
    const document = new CfnDocument(this, 'Document', {
      documentType: 'Command',
      documentFormat: 'JSON',
      // Instances that run an older version go on with it; the next run has the new one.
      updateMethod: 'NewVersion',
      content: {
        schemaVersion: '2.2',
        description,
        mainSteps: [
          {
            name: 'script',
            action: 'aws:runShellScript',
            precondition: { StringEquals: ['platformType', 'Linux'] },
            inputs: {
              timeoutSeconds: `${longest.toSeconds()}`,
              runCommand: readFileSync(script, 'utf8').trimEnd().split('\n'),
            },
          },
        ],
      },
    });
    this.documentName = document.ref;
  }

  /** Lets a role have instances of this group run it. */
  grantRun(role: IRole, group: IAutoScalingGroup): void {
    const stack = Stack.of(this);
    const instances = stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
    const policy = new Policy(this, 'MayRun', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['ssm:SendCommand'],
          resources: [stack.formatArn({ service: 'ssm', resource: 'document', resourceName: this.documentName })],
        }),
        new PolicyStatement({
          actions: ['ssm:SendCommand'],
          resources: [instances],
          conditions: { StringEquals: { 'ssm:resourceTag/aws:autoscaling:groupName': group.autoScalingGroupName } },
        }),
      ],
    });
    Validations.of(policy).acknowledge({
      id: wildcardFinding(this, instances),
      reason:
        'Instances of a group come and go, so the statement knows them by the tag that Auto Scaling alone may write, and no other instance has.',
    });
  }
}

/** What a function that has instances run scripts reads; these actions know no resource. */
export const scriptActions: readonly string[] = ['ssm:ListCommands', 'ssm:GetCommandInvocation'];
