import { CfnOutput } from 'aws-cdk-lib';
import { CfnEIP, CfnInstance, CfnInstanceConnectEndpoint, CfnLaunchTemplate, CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { templateText } from '../findings';
import { addressFault, contains, privateRanges, sharedRange } from './cidr';
import { NetworkRule, referent, resolved, resourcesOf, same } from './network-rule';

export interface HostRulesProps {
  /**
   * Instance Connect Endpoints a VPC has; AWS allows one until the quota is raised.
   * @default 1
   */
  readonly connectEndpointQuota?: number;
}

/**
 * What holds for hosts and the ways to them: no public address configured in a system, no private key in user data or
 * outputs, one Instance Connect Endpoint a VPC.
 *
 * @claims network-igw-static-nat, network-key-pair, network-connect-endpoint
 */
export class HostRules extends NetworkRule {
  private readonly quota: number;

  constructor({ connectEndpointQuota = 1 }: HostRulesProps = {}) {
    super();
    this.quota = connectEndpointQuota;
  }

  protected faults(node: IConstruct): (string | undefined | false)[] {
    if (node instanceof CfnInstanceConnectEndpoint) return [this.endpointFault(node)];
    if (node instanceof CfnInstance) return userDataFaults(node, node.userData);
    if (node instanceof CfnLaunchTemplate) {
      const data = resolved(node, node.launchTemplateData) as { userData?: unknown } | undefined;
      return userDataFaults(node, data?.userData);
    }
    if (node instanceof CfnOutput) return [keyFault('value', templateText(resolved(node, node.value)))];
    return [];
  }

  private endpointFault(endpoint: CfnInstanceConnectEndpoint): string | false {
    const vpcOf = (one: CfnInstanceConnectEndpoint) => referent(one, one.subnetId, CfnSubnet)?.vpcId;
    const vpc = vpcOf(endpoint);
    if (vpc === undefined) return false;
    const { length } = resourcesOf(endpoint, CfnInstanceConnectEndpoint).filter((one) =>
      same(endpoint, vpcOf(one), vpc),
    );
    return (
      length > this.quota &&
      `the VPC has ${length} Instance Connect Endpoints; it takes ${this.quota} (connectEndpointQuota), and one reaches the hosts of all zones, so leave one, or raise the quota first`
    );
  }
}

/** The ways in which scripts and the files they write give an interface an address. */
const configured = [
  /\bip\s+(?:-\S+\s+)*a(?:d|dd|ddr|ddress)?\s+(?:add|replace|change)\s+(?<address>\S+)/,
  /\bifconfig\s+\S+\s+(?:inet\s+)?(?:add\s+)?(?<address>[\d.<]\S*)/,
  /\bipv4\.addresses\s+(?<address>\S+)/,
  /(?:\b|\\n)(?:IPADDR\d*|Address)=(?<address>\S+)/,
  /\baddresses:\s*\[?\s*-?\s*(?<address>\S+)/,
];

function userDataFaults(node: CfnInstance | CfnLaunchTemplate, userData: unknown): (string | undefined)[] {
  if (userData === undefined) return [];
  const text = templateText(resolved(node, userData));
  return [keyFault('userData', text), ...text.split('\n').map((line) => addressOnInterface(node, line))];
}

function addressOnInterface(node: IConstruct, line: string): string | undefined {
  const [given] = configured.map((pattern) => pattern.exec(line)?.groups?.address).filter((one) => one !== undefined);
  const address = given?.replace(/["'\],;]/g, '').split('/')[0];
  if (address === undefined || !(isElasticIp(node, address) || isPublic(address))) return undefined;
  return `userData configures ${address} on an interface: "${line.trim()}"; the internet gateway translates public addresses and no system ever holds one, so leave it out`;
}

/** References are written `<Name>` and `<Name.Attribute>`. */
function isElasticIp(node: IConstruct, address: string): boolean {
  const [, id] = /^<([A-Za-z0-9]+)(?:\.\w+)?>$/.exec(address) ?? [];
  return id !== undefined && referent(node, { Ref: id }, CfnEIP) !== undefined;
}

function isPublic(address: string): boolean {
  if (addressFault('address', address) !== undefined) return false;
  const own = [...privateRanges, sharedRange, '0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'];
  return !own.some((range) => contains(range, address));
}

/** EC2 keeps the private halves of the key pairs it makes in this folder of Parameter Store. */
const keyMaterial = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\{\{resolve:ssm(?:-secure)?:\/ec2\/keypair\//;

const keyFault = (name: string, text: string): string | undefined =>
  keyMaterial.test(text)
    ? `${name} holds a private key; it stays with its user, so let those who need it read it in Parameter Store (ShellKey readers)`
    : undefined;
