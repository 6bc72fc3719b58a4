import { Peer, Port, type Connections } from 'aws-cdk-lib/aws-ec2';

/** What a file server asks the controllers of its directory on: names, sign-in, time, look-ups, and the ports they answer calls on. */
const ports: readonly Port[] = [
  ...[53, 88, 135, 389, 445, 464, 636, 9389].map((port) => Port.tcp(port)),
  Port.tcpRange(3268, 3269),
  Port.tcpRange(49_152, 65_535),
  ...[53, 88, 123, 389, 464].map((port) => Port.udp(port)),
];

/** Lets a file server out to the controllers of its directory, without which it never joins, and its creation fails after an hour. */
export function allowToControllers(server: Connections, controllers: readonly string[]): void {
  for (const cidr of controllers)
    for (const port of ports) server.allowTo(Peer.ipv4(cidr), port, `directory ${port.toString()}`);
}
