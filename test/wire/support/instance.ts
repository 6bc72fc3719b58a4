import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The metadata service of an instance, and the one call each that a member makes to its group; which the emulator has no part in. */
export class Instance {
  /** What the member told its group: `protected`, `unprotected`, `drained`. */
  readonly told: string[] = [];
  /** What the group says is to become of it. */
  state = 'InService';

  private constructor(
    readonly id: string,
    private readonly server: Server,
  ) {}

  static async start(id: string): Promise<Instance> {
    const server = createServer();
    const instance = new Instance(id, server);
    const facts = (): Record<string, string> => ({
      'instance-id': id,
      'tags/instance/aws:autoscaling:groupName': 'workers',
      'autoscaling/target-lifecycle-state': instance.state,
    });
    server.on('request', (request, answer) => {
      const url = request.url ?? '';
      if (url === '/latest/api/token') return void answer.end('token');
      if (url.startsWith('/latest/meta-data/')) {
        const fact = facts()[url.slice('/latest/meta-data/'.length)];
        return void answer.writeHead(fact === undefined ? 404 : 200).end(fact);
      }
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        const form = new URLSearchParams(body);
        const action = form.get('Action')!;
        if (action === 'SetInstanceProtection')
          instance.told.push(form.get('ProtectedFromScaleIn') === 'true' ? 'protected' : 'unprotected');
        if (action === 'CompleteLifecycleAction') instance.told.push('drained');
        answer.setHeader('Content-Type', 'text/xml');
        answer.end(`<${action}Response><${action}Result/></${action}Response>`);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return instance;
  }

  /** The variables by which a program on it finds both. */
  get environment(): Record<string, string> {
    const endpoint = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return { AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint, AWS_ENDPOINT_URL_AUTO_SCALING: endpoint };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
