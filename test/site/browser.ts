import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { strictContentSecurityPolicy } from '../../lib/constructs/edge/security-headers';
import { chromium, type Browser } from 'playwright-core';

/** Where the pages were made. */
export const folder = process.env.GROUNDPLAN_SITE!;

const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Why there is no browser to look with; undefined where there is one. */
export const noBrowser = executablePath
  ? undefined
  : 'no Chromium was found: install it (Debian: apt-get install chromium), or name one by CHROMIUM';

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    // As root in a container, and with nothing that calls out to the network.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-sync',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  });

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Serves the pages below a path, as a project page would be, to show that no link begins at the root. */
export async function serve(below = '/some/where'): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://site').pathname)).slice(below.length);
    const file = join(folder, path);
    if (!existsSync(file) || statSync(file).isDirectory()) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, {
        // As private-static-site serves it; this machine has no certificate to upgrade to.
        'content-security-policy': Object.entries(strictContentSecurityPolicy)
          .filter(([directive]) => directive !== 'upgrade-insecure-requests')
          .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
          .join('; '),
        'content-type': types[extname(file)] ?? 'application/octet-stream',
      })
      .end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${below}`, server };
}
