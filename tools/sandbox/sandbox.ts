import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Stack } from '../template/stack';
import type { Prepared } from './assembly';
import { clientConfig, type Place } from './place';

/** What every action of the command works with. */
export interface Sandbox {
  readonly place: Place;
  readonly say: (line: string) => void;
  /** Asks a question; false is no. */
  readonly ask: (question: string) => Promise<boolean>;
  /** Seconds between two looks at a stack. @default 2 */
  readonly pause?: number;
}

/** CloudFormation in the region of a stack. */
export const cloudFormation = ({ place }: Sandbox, region?: string): CloudFormationClient =>
  new CloudFormationClient({ ...clientConfig(place), ...(region !== undefined && { region }) });

/** Does something with each stack and the CloudFormation of its region. */
export async function withEach<T>(
  sandbox: Sandbox,
  { stacks }: Prepared,
  what: (client: CloudFormationClient, stack: Stack, index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (const [i, stack] of stacks.entries()) results.push(await what(cloudFormation(sandbox, stack.region), stack, i));
  return results;
}
