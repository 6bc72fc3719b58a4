import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { variables } from '../shared/variables';
import { retiring } from './environment';
import type { Clients, Settings } from './retire-images';

const given = variables(retiring);

/** Which images are meant. */
export const settings: Settings = { ...given, keep: Number(given.keep) };

/** Nobody waits for these functions, and lists of images and snapshots can be long. */
const patience = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
};

const places = given.regions.split(',').map((region) => ({
  region,
  autoScaling: new AutoScalingClient({ ...patience, region }),
  ec2: new EC2Client({ ...patience, region }),
  ssm: new SSMClient({ ...patience, region }),
}));

/**
 * Does something in every Region the images are in.
 *
 * @throws naming the Regions where it failed, after it was done in all others
 */
export async function eachRegion<T>(
  work: (clients: Clients, region: string) => Promise<T>,
): Promise<Record<string, T>> {
  const done: Record<string, T> = {};
  const failed: string[] = [];
  for (const { region, ...clients } of places) {
    try {
      done[region] = await work(clients, region);
    } catch (error) {
      failed.push(`${region}: ${(error as Error).message}`);
    }
  }
  if (failed.length > 0) throw new Error(failed.join('; '));
  return done;
}
