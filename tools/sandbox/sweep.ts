import { EXPIRES_TAG } from '../../lib/app';
import { minutes } from '../../lib/settings';
import type { Prepared } from './assembly';
import { extendExpiry } from './expiry';
import { asTime, clientsOf, deployed, type Deployed } from './list';
import { withEach, type Sandbox } from './sandbox';
import { describe } from './stack';

/** Removes what has expired and is still there; says only what it would remove, unless told to. */
export async function sweep(
  sandbox: Sandbox,
  yes: boolean,
  destroy: (one: Deployed) => Promise<number>,
  now = new Date(),
): Promise<number> {
  const over = (await deployed(sandbox)).filter(({ expires }) => expires !== undefined && expires < now);
  if (over.length === 0) {
    sandbox.say('Nothing has expired.');
    return 0;
  }
  for (const { stack, expires } of over) sandbox.say(`${stack.StackName} expired at ${asTime(expires)}`);
  if (!yes) {
    sandbox.say('npm run sandbox -- sweep --yes removes what has expired.');
    return 0;
  }
  const codes: number[] = [];
  for (const one of over) codes.push(await destroy(one));
  return Math.max(...codes);
}

/** Moves the time at which an architecture deletes itself to so long from now; answers with an exit code. */
export async function extend(sandbox: Sandbox, prepared: Prepared, time: string, now = new Date()): Promise<number> {
  const until = new Date(Math.floor(now.getTime() / 1000) * 1000 + minutes(time) * 60_000);
  await withEach(sandbox, prepared, async (client, { name: stack, region }) => {
    if (!(await describe(client, stack))) {
      throw new Error(
        `${stack} is not deployed to ${sandbox.place.description}; npm run sandbox -- list shows what is`,
      );
    }
    const { before, after } = await extendExpiry(clientsOf(sandbox, region), stack, until, now);
    sandbox.say(`${stack} was to expire at ${asTime(before.at)} and now expires at ${asTime(after.at)}`);
  });
  // Another tag would be an update of every resource.
  sandbox.say(
    `The tag ${EXPIRES_TAG} stays what it was when it was deployed; npm run sandbox -- list asks the schedule.`,
  );
  return 0;
}
