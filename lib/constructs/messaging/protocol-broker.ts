import { Token } from 'aws-cdk-lib';
import { CfnBroker } from 'aws-cdk-lib/aws-amazonmq';
import {
  Connections,
  Port,
  SecurityGroup,
  type IConnectable,
  type ISecurityGroup,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { hourlyCostFault, refuse } from '../faults';

/** What a broker speaks, and how it stands up to the loss of a zone. */
export class BrokerEngine {
  /** ActiveMQ in one zone: OpenWire (JMS), AMQP, MQTT and STOMP. Its messages are lost with the zone. */
  static activeMq(): BrokerEngine {
    return new BrokerEngine('ACTIVEMQ', 'SINGLE_INSTANCE', 1, activePorts);
  }

  /** ActiveMQ in two zones, one of them waiting; both share their messages. */
  static activeMqPair(): BrokerEngine {
    return new BrokerEngine('ACTIVEMQ', 'ACTIVE_STANDBY_MULTI_AZ', 2, activePorts);
  }

  /** RabbitMQ in one zone: AMQP 0-9-1. */
  static rabbitMq(): BrokerEngine {
    return new BrokerEngine('RABBITMQ', 'SINGLE_INSTANCE', 1, rabbitPorts);
  }

  /** RabbitMQ as three nodes in three zones. */
  static rabbitMqCluster(): BrokerEngine {
    return new BrokerEngine('RABBITMQ', 'CLUSTER_MULTI_AZ', 3, rabbitPorts);
  }

  private constructor(
    readonly type: 'ACTIVEMQ' | 'RABBITMQ',
    readonly mode: string,
    /** Zones it stands in. */
    readonly zones: number,
    /** The TLS ports of its protocols. */
    readonly ports: Readonly<Record<string, number>>,
  ) {}
}

const activePorts = { openWire: 61617, amqp: 5671, stomp: 61614, mqtt: 8883, wss: 61619 } as const;
const rabbitPorts = { amqp: 5671 } as const;

export interface ProtocolBrokerProps {
  readonly engine: BrokerEngine;
  /** The version, such as `5.18` or `3.13`; AWS ends versions, so it is said and not left to the day. */
  readonly engineVersion: string;
  readonly vpc: IVpc;
  /**
   * Where it stands: private subnets.
   * @default - the private subnets of the VPC
   */
  readonly subnets?: SubnetSelection;
  /** Who signs in: a secret with `username` and `password`. */
  readonly user: ISecret;
  /**
   * The name in that secret, for checking it: 2 to 100 letters, digits, hyphens, dots, underscores or tildes.
   * @default - it is not checked
   */
  readonly userName?: string;
  /** Why a broker is worth an hourly bill, in a sentence: queues and topics are not billed when nobody uses them. */
  readonly acceptHourlyCost: string;
  /**
   * The size of each node.
   * @default 'mq.t3.micro' for one node; 'mq.m5.large' for several, which smaller ones are not sold for
   */
  readonly hostInstanceType?: string;
}

/**
 * A broker for software that speaks AMQP, MQTT, STOMP or JMS and cannot be changed. Private, encrypted, its user from a secret, its
 * logs written; open to nobody until `connections` are allowed.
 *
 * @claims messaging-broker
 */
export class ProtocolBroker extends Construct implements IConnectable {
  readonly connections: Connections;
  readonly group: ISecurityGroup;
  readonly brokerId: string;
  readonly brokerArn: string;

  constructor(scope: Construct, id: string, props: ProtocolBrokerProps) {
    super(scope, id);
    const { engine, vpc, user, userName, acceptHourlyCost } = props;
    const { subnetIds, hasPublic } = vpc.selectSubnets(props.subnets);
    const { hostInstanceType = engine.zones === 1 ? 'mq.t3.micro' : 'mq.m5.large' } = props;
    refuse(this, [
      hourlyCostFault(acceptHourlyCost, 'a broker', 'take a WorkQueue or a NoticeTopic'),
      hasPublic && 'subnets are public; a broker there can be reached by whoever finds it, so give private ones',
      subnetIds.length < engine.zones &&
        `subnets are ${subnetIds.length}, and ${engine.mode} stands in ${engine.zones} zones; give one in each`,
      userName !== undefined &&
        !Token.isUnresolved(userName) &&
        !/^[A-Za-z0-9._~-]{2,100}$/.test(userName) &&
        `userName is ${userName}; give 2 to 100 letters, digits, dots, hyphens, underscores or tildes`,
      engine.zones > 1 &&
        /^mq\.t/.test(hostInstanceType) &&
        `hostInstanceType is ${hostInstanceType}, of which no broker in ${engine.zones} zones is made; give mq.m5.large or larger`,
      !/^\d+\.\d+(\.\d+)?$/.test(props.engineVersion) &&
        `engineVersion is ${props.engineVersion}; give a number such as ${engine.type === 'ACTIVEMQ' ? '5.18' : '3.13'}`,
    ]);

    this.group = new SecurityGroup(this, 'Group', {
      vpc,
      description: `Who may reach the broker ${this.node.path}`,
      allowAllOutbound: false,
    });
    this.connections = new Connections({
      securityGroups: [this.group],
      defaultPort: Port.tcp(Object.values(engine.ports)[0]),
    });
    const broker = new CfnBroker(this, 'Broker', {
      brokerName: this.node.addr.slice(0, 40),
      engineType: engine.type,
      engineVersion: props.engineVersion,
      deploymentMode: engine.mode,
      hostInstanceType,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      encryptionOptions: { useAwsOwnedKey: true },
      subnetIds: subnetIds.slice(0, engine.zones),
      securityGroups: [this.group.securityGroupId],
      users: [
        {
          username: user.secretValueFromJson('username').unsafeUnwrap(),
          password: user.secretValueFromJson('password').unsafeUnwrap(),
        },
      ],
      // RabbitMQ knows no log of who did what.
      logs: { general: true, ...(engine.type === 'ACTIVEMQ' && { audit: true }) },
    });
    this.brokerId = broker.ref;
    this.brokerArn = broker.attrArn;
  }
}
