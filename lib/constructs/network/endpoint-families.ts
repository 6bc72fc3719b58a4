import { CfnSubnet, VpcEndpointDnsRecordIpType, VpcEndpointIpAddressType, type ISubnet } from 'aws-cdk-lib/aws-ec2';

/** Which addresses an endpoint has, and which its names give. */
export interface EndpointFamilies {
  readonly ipAddressType?: VpcEndpointIpAddressType;
  readonly dnsRecordIpType?: VpcEndpointDnsRecordIpType;
}

/** Which addresses each kind of record needs an endpoint to have. */
const addressesFor: Readonly<Record<string, readonly VpcEndpointIpAddressType[]>> = {
  [VpcEndpointDnsRecordIpType.IPV4]: [VpcEndpointIpAddressType.IPV4, VpcEndpointIpAddressType.DUALSTACK],
  [VpcEndpointDnsRecordIpType.IPV6]: [VpcEndpointIpAddressType.IPV6, VpcEndpointIpAddressType.DUALSTACK],
  [VpcEndpointDnsRecordIpType.DUALSTACK]: [VpcEndpointIpAddressType.DUALSTACK],
  [VpcEndpointDnsRecordIpType.SERVICE_DEFINED]: [VpcEndpointIpAddressType.DUALSTACK],
};

/**
 * What is wrong with the addresses of an endpoint, those that its names give, and its subnets together. Subnets from elsewhere
 * are not looked at.
 */
export function familyFaults(subnets: readonly ISubnet[], props: EndpointFamilies): (string | false)[] {
  const { ipAddressType: type = VpcEndpointIpAddressType.IPV4, dnsRecordIpType: records } = props;
  const fitting = records === undefined ? [type] : addressesFor[records];
  const known = subnets.map(({ node }) => node.defaultChild).filter((one) => one instanceof CfnSubnet);
  return [
    !fitting.includes(type) &&
      `dnsRecordIpType is ${records}, but the endpoint's addresses are ${type}; make ipAddressType ${fitting.join(' or ')}`,
    ...known.map((subnet) => familyFault(subnet, type)),
  ];
}

function familyFault(subnet: CfnSubnet, type: VpcEndpointIpAddressType): string | false {
  const [has4, has6] = [subnet.ipv6Native !== true, subnet.ipv6CidrBlock !== undefined];
  const { path } = subnet.node.scope!.node;
  if (type === VpcEndpointIpAddressType.DUALSTACK && !(has4 && has6))
    return `ipAddressType is dualstack, but ${path} has no ${has6 ? 'IPv4' : 'IPv6'} addresses; give the network both families, or leave ipAddressType out`;
  if (type === VpcEndpointIpAddressType.IPV6 && has4)
    return `ipAddressType is ipv6, but ${path} has IPv4 addresses too; choose IPv6-only subnets, or dualstack`;
  return (
    type === VpcEndpointIpAddressType.IPV4 &&
    !has4 &&
    `ipAddressType is ipv4, but ${path} has IPv6 addresses only; give ipv6`
  );
}
