import { Duration, Fn, Token, Validations } from 'aws-cdk-lib';
import type { Connections, IConnectable, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/network-probe/environment';
import { handlerCode } from '../../handlers';
import { refuse } from '../faults';
import { AppFunction } from '../serverless/app-function';
import type { FunctionNetwork } from '../serverless/function-network';
import { portFault } from './ports';

/** Somewhere a probe knocks. */
export interface ProbeDoor {
  /** An address or a name. */
  readonly host: string;
  /** A TCP port. */
  readonly port: number;
}

export interface NetworkProbeProps {
  readonly network: FunctionNetwork;
  /** Where it knocks, by names that its answer has: letters, digits, hyphens and underscores. */
  readonly doors: Readonly<Record<string, ProbeDoor>>;
}

/**
 * A function inside a network that says, when it is called, which doors open to it: `{"billing":"open","s3":"no answer"}`. It
 * costs nothing while nobody calls.
 *
 * Its group is closed in both directions: open it by `connections` to what it shall reach.
 */
export class NetworkProbe extends Construct implements IConnectable {
  readonly function: IFunction;
  readonly connections: Connections;
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, props: NetworkProbeProps) {
    super(scope, id);
    const doors = Object.entries(props.doors);
    refuse(this, [
      doors.length === 0 && 'doors are none; name at least one',
      ...doors.flatMap(([name, { host, port }]) => [
        !/^[\w-]+$/.test(name) && `doors have the name "${name}"; use letters, digits, hyphens and underscores`,
        !Token.isUnresolved(host) &&
          !/^[\w.-]+$/.test(host) &&
          `door ${name} has the host ${host}; give an IPv4 address or a name, without a scheme`,
        portFault(`port of door ${name}`, port),
      ]),
    ]);
    const probe = new AppFunction(this, 'Probe', {
      description: 'Says which doors open to it',
      code: handlerCode('network-probe', 'probe'),
      timeout: Duration.seconds(10),
      network: props.network,
      environment: {
        [environment.doors]: Fn.join(
          ',',
          doors.map(([name, { host, port }]) => `${name}=${host}:${port}`),
        ),
      },
    });
    Validations.of(probe.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'Whoever calls this function waits for its answer; Lambda sends only events nobody waits for to a dead-letter queue.',
    });
    this.function = probe.function;
    this.connections = probe.function.connections;
    this.securityGroup = this.connections.securityGroups[0];
  }
}
