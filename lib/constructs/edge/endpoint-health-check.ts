import { Token } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Port, type IConnectable, type IPeer } from 'aws-cdk-lib/aws-ec2';
import { CfnHealthCheck, HealthCheck, type IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { checkerRanges } from './checker-regions';
import { EDGE_REGION } from './edge-certificate';
import { FirewallCondition } from './firewall-condition';
import { FirewallRule } from './firewall-rule';
import type { HealthSignal } from './health-signal';

export interface EndpointHealthCheckProps {
  /** What makes the target healthy. */
  readonly signal: HealthSignal;
  /**
   * What it is called in the console, 1 to 256 characters.
   * @default - the path of the construct
   */
  readonly name?: string;
  /**
   * Whether it says the opposite of what it finds: what takes a target out of the answers by hand, until it is changed back.
   * @default false
   */
  readonly inverted?: boolean;
}

/**
 * A health check, for records to leave the answers by and to come back. It is an object of its own: one may serve many records,
 * and costs by the month whether a record uses it or not.
 *
 * @claims edge-health-endpoint, edge-health-string, edge-health-alarm, edge-health-calculated
 */
export class EndpointHealthCheck extends Construct {
  readonly healthCheck: IHealthCheck;

  constructor(scope: Construct, id: string, props: EndpointHealthCheckProps) {
    super(scope, id);
    const { signal, name = this.node.path, inverted } = props;
    refuse(this, [
      ...signal.faults(),
      !Token.isUnresolved(name) &&
        (name.length < 1 || name.length > 256) &&
        `name is ${name.length} characters; give 1 to 256`,
    ]);
    const check = new CfnHealthCheck(this, 'Check', {
      healthCheckConfig: { ...signal.config(), ...(inverted !== undefined && { inverted }) },
      healthCheckTags: [{ key: 'Name', value: name }],
    });
    this.healthCheck = HealthCheck.fromHealthCheckId(this, 'Made', check.attrHealthCheckId);
  }

  /** 1 while it is healthy, 0 while not. Route 53 writes metrics in us-east-1, so that alarms on them stand in a stack of that Region. */
  metricStatus(): Metric {
    return new Metric({
      namespace: 'AWS/Route53',
      metricName: 'HealthCheckStatus',
      dimensionsMap: { HealthCheckId: this.healthCheck.healthCheckId },
      statistic: 'Minimum',
      region: EDGE_REGION,
    });
  }

  /**
   * Lets checkers in, where not everybody is. Who blocks them as strangers is told that all is down.
   *
   * @param checkers the prefix list `com.amazonaws.<region>.route53-healthchecks`, whose id differs by Region
   * @claims edge-health-fleet-admitted
   */
  static admit(target: IConnectable, checkers: IPeer, port: number): void {
    target.connections.allowFrom(checkers, Port.tcp(port), 'health checkers of Route 53');
  }

  /**
   * The rule by which a WebFirewall lets checkers pass. It goes before whatever turns bots away: checkers are programs, by their user
   * agent too, and are told from those who only say so by their addresses.
   *
   * @claims edge-health-fleet-admitted
   */
  static firewallRule(): FirewallRule {
    return FirewallRule.allow('HealthCheckers', FirewallCondition.fromAddresses(checkerRanges));
  }
}
