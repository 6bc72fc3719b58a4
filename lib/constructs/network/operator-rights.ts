import { Stack, Tags, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { wildcardFinding } from '../findings';
import type { ConnectEndpoint } from './connect-endpoint';
import type { SshOptions } from './operator-access';
import type { SessionLog } from './session-log';

/** The tag by which the rights of operators know a host; its value is the path of the host's construct. */
export const hostTag = 'groundplan:host';

/** Lets operators open sessions on one host, by one document, and end their own ones. */
export function mayOpenSessions(scope: Construct, operators: readonly IGrantable[], log: SessionLog | undefined): void {
  if (operators.length === 0) return;
  const { instances, stack } = marked(scope);
  const document = log?.documentName ?? 'SSM-SessionManagerRunShell';
  const own = stack.formatArn({ service: 'ssm', resource: 'session', resourceName: '${aws:userid}-*' });
  for (const operator of operators)
    grant(operator, [
      new PolicyStatement({
        actions: ['ssm:StartSession'],
        resources: [instances],
        conditions: {
          StringEquals: { [`ssm:resourceTag/${hostTag}`]: scope.node.path },
          // Without it a request that names no document is not held against the statement on documents.
          BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' },
        },
      }),
      new PolicyStatement({
        actions: ['ssm:StartSession'],
        resources: [stack.formatArn({ service: 'ssm', resource: 'document', resourceName: document })],
      }),
      new PolicyStatement({ actions: ['ssm:ResumeSession', 'ssm:TerminateSession'], resources: [own] }),
    ]);
  acknowledge(operators, instances, instancesByTag);
  acknowledge(
    operators,
    own,
    'A session is named after the caller and a number of its own; the pattern covers the sessions of that caller and of nobody else.',
  );
}

/** Lets operators open tunnels to one port through one endpoint, and put a key on one host where that port is SSH. */
export function mayOpenTunnels(scope: Construct, endpoint: ConnectEndpoint, options: SshOptions): void {
  const { operators = [] } = options;
  for (const operator of operators)
    grant(operator, [
      new PolicyStatement({
        actions: ['ec2-instance-connect:OpenTunnel'],
        resources: [endpoint.arn],
        conditions: {
          NumericEquals: { 'ec2-instance-connect:remotePort': `${endpoint.port}` },
          NumericLessThanEquals: { 'ec2-instance-connect:maxTunnelDuration': '3600' },
        },
      }),
    ]);
  if (endpoint.port === 22) maySendKeys(scope, options);
  else mayDescribe(operators);
}

/** Lets operators put a key on one host for a minute, for one user of its system. */
export function maySendKeys(scope: Construct, { operators = [], user = 'ec2-user' }: SshOptions): void {
  if (operators.length === 0) return;
  const { instances } = marked(scope);
  for (const operator of operators)
    grant(operator, [
      new PolicyStatement({
        actions: ['ec2-instance-connect:SendSSHPublicKey'],
        resources: [instances],
        conditions: {
          StringEquals: { [`aws:ResourceTag/${hostTag}`]: scope.node.path, 'ec2:osuser': user },
        },
      }),
    ]);
  acknowledge(operators, instances, instancesByTag);
  mayDescribe(operators);
}

function mayDescribe(operators: readonly IGrantable[]): void {
  for (const operator of operators)
    grant(operator, [
      new PolicyStatement({
        actions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceConnectEndpoints'],
        resources: ['*'],
      }),
    ]);
  acknowledge(
    operators,
    '*',
    'The command line looks up an instance and the endpoint near it before it connects; EC2 knows no narrower resource for these two actions, which only read.',
  );
}

const instancesByTag =
  'An instance has its id only once it runs, so a policy cannot name it; the condition on its tag leaves one host.';

/** Marks a host, and says how a policy writes the instances of its stack. */
function marked(scope: Construct): { readonly instances: string; readonly stack: Stack } {
  Tags.of(scope).add(hostTag, scope.node.path, {
    includeResourceTypes: ['AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate'],
  });
  const stack = Stack.of(scope);
  return { instances: stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' }), stack };
}

function grant({ grantPrincipal }: IGrantable, statements: readonly PolicyStatement[]): void {
  for (const statement of statements) grantPrincipal.addToPrincipalPolicy(statement);
}

function acknowledge(operators: readonly IGrantable[], resource: string, reason: string): void {
  for (const { grantPrincipal } of operators)
    if (Construct.isConstruct(grantPrincipal))
      Validations.of(grantPrincipal).acknowledge({ id: wildcardFinding(grantPrincipal, resource), reason });
}
