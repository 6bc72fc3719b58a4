import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { variables } from '../shared/variables';
import { ownCertificate } from './certificate';
import { environment, ports } from './environment';
import { Services } from './services';

/** How long a load balancer needs to notice: two probes, ten seconds apart, and the answers to them. */
const noticed = 25;

/** What each server runs: two applications of lines, an echo of datagrams, and pages in the clear and in TLS. */
async function run(notes: Logger): Promise<void> {
  const { folder, drainSeconds } = variables(environment);
  const services = new Services({
    ports,
    certificate: await ownCertificate(folder),
    region: process.env.AWS_REGION,
  });
  notes.info('server ready', { ports: await services.start() });
  process.once('SIGTERM', () => {
    void (async () => {
      notes.info('server drains', {});
      services.drain();
      await pause(noticed * 1000);
      const left = Math.max(0, Number(drainSeconds) - noticed) * 1000;
      await Promise.race([services.close(), pause(left)]);
      services.cut();
      notes.info('server ends', {});
      process.exit();
    })();
  });
}

const notes = new Logger();
void run(notes).catch((error: Error) => {
  notes.critical('server failed', error);
  process.exitCode = 1;
});
