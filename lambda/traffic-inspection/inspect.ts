import { Logger } from '@aws-lambda-powertools/logger';
import { variables } from '../shared/variables';
import { Appliance } from './appliance';
import { environment, ready } from './environment';

const given = variables(environment);
const notes = new Logger();

/** What each appliance of the fleet runs, until its machine is to go. */
async function inspect(): Promise<void> {
  const appliance = await Appliance.start({
    rules: { port: Number(given.watchedPort), headers: given.blockedHeaders.split(',') },
    notes,
    address: given.address,
    port: Number(given.port),
    healthPort: Number(given.healthPort),
  });
  process.once('SIGTERM', () => {
    appliance.leave();
    setTimeout(() => void appliance.stop(), Number(given.drainSeconds) * 1000);
  });
  notes.info(ready, { port: appliance.port, healthPort: appliance.healthPort });
}

void inspect().catch((error: Error) => {
  notes.critical('the appliance cannot work', error);
  process.exitCode = 1;
});
