import type { Stack } from 'aws-cdk-lib';
import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Template } from 'aws-cdk-lib/assertions';
import type { AppLoadBalancer } from '../../../lib/constructs/compute/app-load-balancer';
import { EntryPort } from '../../../lib/constructs/compute/entry-port';
import { Exposure } from '../../../lib/constructs/compute/exposure';
import { TransportEntry, type TransportEntryProps } from '../../../lib/constructs/compute/transport-entry';
import { TransportPool, type TransportPoolProps } from '../../../lib/constructs/compute/transport-pool';
import { testStack } from '../../support/app';
import { Parts } from './parts';

export const isPublic = { subnetType: SubnetType.PUBLIC };
export const isPrivate = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };

/** A stack whose resources say which construct made them, by which reachability calls them. */
const named = (): Stack => {
  const stack = testStack();
  stack.node.setContext('aws:cdk:enable-path-metadata', true);
  return stack;
};

/** The parts an entry is made of, each with what it cannot do without. */
export class Door {
  readonly parts: Parts;

  constructor(readonly stack: Stack = named()) {
    this.parts = new Parts(stack);
  }

  pool(id = 'Orders', props: Partial<TransportPoolProps> = {}): TransportPool {
    return new TransportPool(this.stack, id, { vpc: this.parts.vpc, port: 4569, ...props });
  }

  entry(ports: readonly EntryPort[], props: Partial<TransportEntryProps> = {}): TransportEntry {
    return new TransportEntry(this.stack, 'Door', {
      vpc: this.parts.vpc,
      subnets: isPublic,
      crossZone: true,
      ports,
      ...props,
    });
  }

  get certificate(): ICertificate {
    return Certificate.fromCertificateArn(
      this.stack,
      'Certificate',
      'arn:aws:acm:eu-west-1:111122223333:certificate/one',
    );
  }

  /** Another load balancer inside, which reads requests. */
  inner(exposure = Exposure.behindEntry()): AppLoadBalancer {
    return this.parts.balancer(this.parts.pool({ port: 8080 }), {
      exposure,
      subnets: exposure.isPublic ? isPublic : isPrivate,
    });
  }

  get template(): Template {
    return Template.fromStack(this.stack);
  }
}

export const all = (template: Template, type: string): [string, any][] =>
  Object.entries(template.findResources(`AWS::${type}`)).map(([id, { Properties }]) => [id, Properties]);
export const only = (template: Template, type: string): any => {
  const found = all(template, type);
  expect(found).toHaveLength(1);
  return found[0][1];
};
export const pairs = (attributes: any[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ Key, Value }) => [Key, Value]));
export const poolOf = (props: Partial<TransportPoolProps> = {}) => {
  const door = new Door();
  const pool = door.pool('Orders', props);
  door.entry([
    pool.protocol === Protocol.UDP
      ? EntryPort.udp(4569, pool)
      : pool.protocol === Protocol.TCP_UDP
        ? EntryPort.tcpAndUdp(4569, pool)
        : EntryPort.tcp(4569, pool),
  ]);
  return only(door.template, 'ElasticLoadBalancingV2::TargetGroup');
};
export const refusedPool = (props: Partial<TransportPoolProps>) => () => new Door().pool('Orders', props);
export const tcp = (door: Door): EntryPort[] => [EntryPort.tcp(4569, door.pool())];
