import type { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Peer, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  BrokerEngine,
  ProtocolBroker,
  type ProtocolBrokerProps,
} from '../../../lib/constructs/messaging/protocol-broker';
import { templateOf, testStack } from '../../support/app';

const because = 'The parcel scanners speak MQTT and cannot be changed';
const make = (stack: Stack, props: Partial<ProtocolBrokerProps> = {}, zones = ['a', 'b', 'c']): ProtocolBroker => {
  const vpc = new Vpc(stack, 'Vpc', { availabilityZones: zones.map((zone) => `eu-west-1${zone}`), natGateways: 0 });
  return new ProtocolBroker(stack, 'Broker', {
    engine: BrokerEngine.activeMqPair(),
    engineVersion: '5.18',
    vpc,
    subnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    user: new Secret(stack, 'User'),
    acceptHourlyCost: because,
    ...props,
  });
};
const synthesise = (props?: Partial<ProtocolBrokerProps>): Template => templateOf((stack) => make(stack, props));
const refusal = (props: Partial<ProtocolBrokerProps>, zones?: string[]) => () => make(testStack(), props, zones);

describe('ProtocolBroker', () => {
  test('is private, encrypted, in two zones, writes its logs, and takes its user from a secret [messaging-broker]', () => {
    synthesise().hasResourceProperties('AWS::AmazonMQ::Broker', {
      EngineType: 'ACTIVEMQ',
      DeploymentMode: 'ACTIVE_STANDBY_MULTI_AZ',
      HostInstanceType: 'mq.m5.large',
      PubliclyAccessible: false,
      EncryptionOptions: { UseAwsOwnedKey: true },
      SubnetIds: [
        { Ref: Match.stringLikeRegexp('^VpcIsolatedSubnet1') },
        { Ref: Match.stringLikeRegexp('^VpcIsolatedSubnet2') },
      ],
      Users: [
        {
          Username: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', Match.anyValue(), ':SecretString:username::}}']] },
          Password: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', Match.anyValue(), ':SecretString:password::}}']] },
        },
      ],
      Logs: { General: true, Audit: true },
    });
  });

  test('a cluster of RabbitMQ stands in three zones and has one log', () => {
    synthesise({ engine: BrokerEngine.rabbitMqCluster(), engineVersion: '3.13' }).hasResourceProperties(
      'AWS::AmazonMQ::Broker',
      {
        EngineType: 'RABBITMQ',
        DeploymentMode: 'CLUSTER_MULTI_AZ',
        SubnetIds: [Match.anyValue(), Match.anyValue(), Match.anyValue()],
        Logs: { General: true, Audit: Match.absent() },
      },
    );
  });

  test('lets nobody in until somebody is allowed, and then by its protocol over TLS [messaging-broker]', () => {
    const closed = synthesise();
    closed.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })],
    });
    templateOf((stack) => {
      make(stack, { engine: BrokerEngine.rabbitMq(), engineVersion: '3.13' }).connections.allowDefaultPortFrom(
        Peer.ipv4('10.0.0.0/16'),
      );
    }).hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.0.0.0/16', FromPort: 5671, ToPort: 5671 })],
    });
  });

  test('fails without a reason for its hourly price [messaging-broker]', () => {
    expect(refusal({ acceptHourlyCost: 'yes' })).toThrow(
      'Stack/Broker:\n  acceptHourlyCost is "yes"; say in a sentence why a broker that is billed by the hour is needed, or take a WorkQueue or a NoticeTopic',
    );
  });

  test('fails in public subnets [messaging-broker]', () => {
    expect(refusal({ subnets: { subnetType: SubnetType.PUBLIC } })).toThrow(
      'subnets are public; a broker there can be reached by whoever finds it, so give private ones',
    );
  });

  test('fails with a name of one letter, too few zones, a size that is not sold, and no number for a version, in one error [messaging-broker]', () => {
    expect(
      refusal(
        {
          userName: 'a',
          engine: BrokerEngine.rabbitMqCluster(),
          hostInstanceType: 'mq.t3.micro',
          engineVersion: 'latest',
        },
        ['a', 'b'],
      ),
    ).toThrow(
      [
        'Stack/Broker:',
        'subnets are 2, and CLUSTER_MULTI_AZ stands in 3 zones; give one in each',
        'userName is a; give 2 to 100 letters, digits, dots, hyphens, underscores or tildes',
        'hostInstanceType is mq.t3.micro, of which no broker in 3 zones is made; give mq.m5.large or larger',
        'engineVersion is latest; give a number such as 3.13',
      ].join('\n  '),
    );
  });
});
