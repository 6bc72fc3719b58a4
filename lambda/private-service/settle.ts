import {
  AcceptVpcEndpointConnectionsCommand,
  paginateDescribeVpcEndpointConnections,
  RejectVpcEndpointConnectionsCommand,
  type EC2Client,
  type UnsuccessfulItem,
  type VpcEndpointConnection,
} from '@aws-sdk/client-ec2';

export interface Rules {
  readonly serviceId: string;
  /** The accounts that may connect. */
  readonly accounts: readonly string[];
}

/** What was done, by the ids of endpoints. */
export interface Settled {
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}

/**
 * Brings the connections of an endpoint service in line with a list: who waits and is on it is accepted, who waits or is
 * connected and is not on it is rejected. It looks at what there is rather than at what it was told, so it may run twice, late
 * or for nothing.
 *
 * @throws when EC2 did not do some of it; whoever calls again finds only what is left
 */
export async function settle(ec2: EC2Client, { serviceId, accounts }: Rules): Promise<Settled> {
  const connections = await connectionsOf(ec2, serviceId);
  const isListed = ({ VpcEndpointOwner = '' }: VpcEndpointConnection) => accounts.includes(VpcEndpointOwner);
  const accepted = idsOf(connections.filter((one) => stateOf(one) === 'pendingacceptance' && isListed(one)));
  const rejected = idsOf(
    connections.filter((one) => ['pendingacceptance', 'available'].includes(stateOf(one)) && !isListed(one)),
  );

  const refused: UnsuccessfulItem[] = [];
  if (accepted.length > 0) {
    const command = new AcceptVpcEndpointConnectionsCommand({ ServiceId: serviceId, VpcEndpointIds: accepted });
    refused.push(...((await ec2.send(command)).Unsuccessful ?? []));
  }
  if (rejected.length > 0) {
    const command = new RejectVpcEndpointConnectionsCommand({ ServiceId: serviceId, VpcEndpointIds: rejected });
    refused.push(...((await ec2.send(command)).Unsuccessful ?? []));
  }
  if (refused.length > 0)
    throw new Error(
      `not settled: ${refused.map(({ ResourceId, Error: why }) => `${ResourceId}: ${why?.Code}: ${why?.Message}`).join('; ')}`,
    );
  return { accepted, rejected };
}

async function connectionsOf(ec2: EC2Client, serviceId: string): Promise<VpcEndpointConnection[]> {
  const all: VpcEndpointConnection[] = [];
  const pages = paginateDescribeVpcEndpointConnections(
    { client: ec2 },
    { Filters: [{ Name: 'service-id', Values: [serviceId] }] },
  );
  for await (const { VpcEndpointConnections = [] } of pages) all.push(...VpcEndpointConnections);
  return all;
}

/** EC2 answers `pendingAcceptance`, where its own description says `PendingAcceptance`. */
const stateOf = ({ VpcEndpointState = '' }: { readonly VpcEndpointState?: string }): string =>
  VpcEndpointState.toLowerCase();

const idsOf = (connections: readonly VpcEndpointConnection[]): string[] =>
  connections.map(({ VpcEndpointId }) => VpcEndpointId!);
