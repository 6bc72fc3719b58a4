import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { variables } from '../shared/variables';
import { doorsIn } from './doors';
import { environment } from './environment';
import { knock } from './knock';

const doors = doorsIn(variables(environment).doors);
const logger = new Logger();

/** Knocks at all doors at once, whatever it is called with, and answers what came of each. */
export async function handler(_event: unknown, context: Context): Promise<Record<string, string>> {
  logger.addContext(context);
  const outcomes = await Promise.all(doors.map(async (door) => [door.name, await knock(door)] as const));
  const answer = Object.fromEntries(outcomes);
  logger.info('knocked', { answer });
  return answer;
}
