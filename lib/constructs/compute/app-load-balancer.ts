import { Annotations, Duration } from 'aws-cdk-lib';
import {
  Port,
  VpcEndpointIpAddressType,
  type Connections,
  type IConnectable,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  DesyncMitigationMode,
  IpAddressType,
  ListenerAction,
  XffHeaderProcessingMode,
  type ApplicationListener,
  type IApplicationListener,
  type IApplicationLoadBalancer,
  type ListenerCondition,
  type RedirectOptions,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { familyFaults } from '../network/endpoint-families';
import { TierSecurityGroup } from '../network/tier-security-group';
import type { AlarmTopic } from '../operations/alarm-topic';
import type { LogBucket } from '../storage/log-bucket';
import { watchBalancer } from './balancer-alarms';
import { logRequests } from './balancer-logs';
import { roomFaults, subnetFaults } from './balancer-subnets';
import { Exposure } from './exposure';
import { ListenerRules } from './listener-rules';
import { RuleAction, type RulePool } from './rule-action';
import type { TargetPool } from './target-pool';
import { Transport } from './transport';

export interface AppLoadBalancerProps {
  readonly vpc: IVpc;
  /** One subnet of /27 or larger in each of two or more zones; public ones for an exposure to the internet. */
  readonly subnets: SubnetSelection;
  /**
   * What requests are forwarded to unless a rule says otherwise.
   * @default - nothing: who meets no rule of `forward` is answered 403
   */
  readonly targets?: TargetPool;
  /** Where access logs go. */
  readonly logs: LogBucket;
  /** Where alarms report to. */
  readonly alarms: AlarmTopic;
  /**
   * Who it is for.
   * @default Exposure.internet()
   */
  readonly exposure?: Exposure;
  /**
   * Whether clients reach it over IPv6 too, for which its subnets need such addresses; targets are spoken to over IPv4 all the same.
   * @default IpAddressType.IPV4
   */
  readonly ipAddressType?: IpAddressType;
  /**
   * How clients speak to it.
   * @default Transport.plain()
   */
  readonly transport?: Transport;
  /**
   * Whether EC2 refuses to delete it.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * How long a silent connection stays open, 1 to 4,000 seconds.
   * @default Duration.minutes(1)
   */
  readonly idleTimeout?: Duration;
  /**
   * The folder of its logs in the bucket, without slashes at the ends.
   * @default - the path of this construct
   */
  readonly logPrefix?: string;
}

/**
 * An Application Load Balancer with its listeners, access logs and alarms.
 *
 * Logs work in a stack of any region: the CDK's `logAccessLogs` wants to know the region to name the account that writes
 * them there, but every region also takes the service principal, which is the same everywhere.
 *
 * @claims compute-alb-core, compute-lb-subnets, compute-lb-scheme, compute-lb-sg-chain, compute-alb-redirect, compute-tls-sni,
 * compute-two-lb-tiers, compute-client-ip
 */
export class AppLoadBalancer extends Construct implements IConnectable {
  readonly loadBalancer: IApplicationLoadBalancer;
  /** The listener that serves: HTTPS with TLS, else HTTP. */
  readonly listener: IApplicationListener;
  /** What that listener asks before its default. */
  readonly rules: ListenerRules;
  readonly connections: Connections;
  readonly exposure: Exposure;
  readonly transport: Transport;

  constructor(scope: Construct, id: string, props: AppLoadBalancerProps) {
    super(scope, id);
    const { vpc, targets, exposure = Exposure.internet(), transport = Transport.plain() } = props;
    const { idleTimeout = Duration.minutes(1), deletionProtection = false, ipAddressType = IpAddressType.IPV4 } = props;
    const logPrefix = props.logPrefix ?? this.node.path;
    const { subnets } = vpc.selectSubnets(props.subnets);
    refuse(this, [
      ...subnetFaults(this, vpc, subnets, exposure.isPublic),
      ...roomFaults(this, subnets),
      ...familyFaults(
        subnets,
        ipAddressType === IpAddressType.IPV4 ? {} : { ipAddressType: VpcEndpointIpAddressType.DUALSTACK },
      ),
      ipAddressType === IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4 &&
        !exposure.isPublic &&
        `ipAddressType is ${ipAddressType}, and the exposure is not the internet, so that there is no public address to leave out; take IpAddressType.DUAL_STACK`,
      exposure.isForPrivateLink &&
        'exposure is for PrivateLink, which offers no Application Load Balancer; take a TransportEntry, with this one behind it if need be',
      ...exposure.faults(),
      ...transport.faults(this),
      outsideRange('idleTimeout', idleTimeout.toSeconds({ integral: false }), 1, 4_000, 'seconds'),
      (/^\/|\/$|AWSLogs/.test(logPrefix) || logPrefix === '') &&
        `logPrefix is ${logPrefix || '(empty)'}; give a folder without slashes at its ends and without AWSLogs, which the service adds`,
    ]);
    this.exposure = exposure;
    this.transport = transport;

    const group = new TierSecurityGroup(this, 'Group', {
      vpc,
      description: 'The load balancer: lets clients in and reaches its targets only',
    });
    const ports = transport.ports;
    if (exposure.isWorld) {
      group.allowFromAnywhere(
        ports,
        'A public load balancer is where the internet is meant to come in; this group opens its listener ports and nothing else, and no instance uses it.',
      );
    } else {
      for (const peer of exposure.from)
        for (const port of ports) group.connections.allowFrom(peer, Port.tcp(port), `tcp/${port} from clients`);
    }

    const balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: { subnets },
      internetFacing: exposure.isPublic,
      ipAddressType,
      securityGroup: group.securityGroup,
      deletionProtection,
      idleTimeout,
      http2Enabled: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: DesyncMitigationMode.DEFENSIVE,
      xffHeaderProcessingMode: XffHeaderProcessingMode.APPEND,
    });
    this.loadBalancer = balancer;
    this.connections = balancer.connections;
    logRequests(balancer, props.logs, logPrefix);
    this.listener = this.listen(balancer, targets);
    this.rules = new ListenerRules(this, this.listener, transport.isTls);
    watchBalancer(this, props.alarms, balancer, targets);
  }

  /** Where clients reach it: `https://` or `http://` and its DNS name. */
  get url(): string {
    return `${this.transport.isTls ? 'https' : 'http'}://${this.loadBalancer.loadBalancerDnsName}`;
  }

  /** What clients get for safety on the way, in a sentence. */
  get posture(): string {
    return this.transport.isTls
      ? `HTTPS only (${this.transport.policy}); port 80 ${this.transport.redirects ? 'redirects to it' : 'is closed'}`
      : 'HTTP ONLY: no certificate was given, so anybody on the way can read and change what is sent. Give certificateArn for HTTPS.';
  }

  /**
   * Serves requests that meet conditions from another pool: one name of several certificates, one path of several services.
   *
   * @param priority 1 to 50,000, the lowest first; what no condition meets goes to the balancer's own pool
   */
  forward(id: string, priority: number, conditions: ListenerCondition[], pool: RulePool): void {
    this.rules.add(id, priority, conditions, RuleAction.forward(pool));
  }

  /**
   * Sends requests that meet conditions elsewhere.
   *
   * @param priority 1 to 50,000, the lowest first
   * @param to at least one of protocol, host, port, path and query that differs from the request's
   */
  redirect(id: string, priority: number, conditions: ListenerCondition[], to: RedirectOptions): void {
    this.rules.add(id, priority, conditions, RuleAction.redirect(to));
  }

  private listen(balancer: ApplicationLoadBalancer, targets: TargetPool | undefined): ApplicationListener {
    const defaultAction = targets
      ? ListenerAction.forward([targets.targetGroup])
      : ListenerAction.fixedResponse(403, { contentType: 'text/plain', messageBody: 'Forbidden' });
    if (!this.transport.isTls) {
      Annotations.of(this).addInfo(this.posture);
      return balancer.addListener('Http', {
        port: 80,
        protocol: ApplicationProtocol.HTTP,
        open: false,
        defaultAction,
      });
    }
    if (this.transport.redirects)
      balancer.addListener('Http', {
        port: 80,
        protocol: ApplicationProtocol.HTTP,
        open: false,
        defaultAction: ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
      });
    return balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      open: false,
      certificates: [...this.transport.certificates],
      sslPolicy: this.transport.policy,
      defaultAction,
    });
  }
}
