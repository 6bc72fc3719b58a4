import { Token } from 'aws-cdk-lib';
import { outsideRange } from '../faults';
import { cidrFault } from './cidr';
import { cidr6Fault } from './ipv6';

/** Everyone, in both address families. */
export const anywhere = ['0.0.0.0/0', '::/0'] as const;

/** Ports by which hosts are administered; they are never open to everyone. @claims network-open-port-guard */
export const adminPorts: Readonly<Record<number, string>> = { 21: 'FTP', 22: 'SSH', 3389: 'RDP' };

/** Where a client's side of a connection may be: the range NAT gateways, Linux and Windows choose from. */
export const ephemeralPorts = [1024, 65_535] as const;

/** A fault unless a port is one of TCP's. */
export const portFault = (name: string, port: number | undefined): string | undefined =>
  outsideRange(name, port, 1, 65_535);

/** Whether a block is written in IPv6; tokens stand for IPv4 blocks. */
export const isIpv6 = (cidr: string): boolean => !Token.isUnresolved(cidr) && cidr.includes(':');

/** A fault unless a peer is an IPv4 or IPv6 block in canonical form; tokens pass. */
export function peerFault(name: string, cidr: string): string | undefined {
  if (Token.isUnresolved(cidr)) return undefined;
  if (/^(sg|pl)-/.test(cidr))
    return `${name} is ${cidr}; give addresses, a network ACL knows neither groups nor prefix lists`;
  return isIpv6(cidr) ? cidr6Fault(name, cidr) : cidrFault(name, cidr);
}

/** A fault if an administrative port would be open to everyone. */
export function openPortFault(cidr: string, from: number, to: number): string | undefined {
  if (!(anywhere as readonly string[]).includes(cidr)) return undefined;
  const open = Object.entries(adminPorts).filter(([port]) => Number(port) >= from && Number(port) <= to);
  if (open.length === 0) return undefined;
  const ports = open.map(([port, name]) => `${port} (${name})`).join(', ');
  return `ingress opens ${ports} to ${cidr}; admit known addresses, or use Session Manager, which needs no open port`;
}
