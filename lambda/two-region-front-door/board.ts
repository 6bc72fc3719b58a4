import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { healthReport } from '../shared/health-report';
import { restHandler, type RestAnswer } from '../shared/rest';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { boardEnvironment, environment } from './environment';
import { KeptAnswers } from './kept-answer';
import { lastNotes, type Note } from './note';

const { notes, kept, region } = variables({ ...environment, ...boardEnvironment, region: 'AWS_REGION' });
const logger = new Logger();
const client = tableClient();
const answers = new KeptAnswers(client, kept);

/** Of the two seconds that a checker waits. The rest is for the way. */
const budget = 1500;

/** Shows the board, and says whether this Region can. */
export const handler = restHandler({ 'GET /board': board, 'GET /health': health }, { logger, metrics: new Metrics() });

async function board(): Promise<RestAnswer> {
  const found = await orNothing(answers.find('board'));
  const shown = found ?? (await lastNotes(client, notes));
  if (found === undefined) await orNothing(answers.keep('board', shown));
  return { status: 200, body: { region, kept: found !== undefined, notes: shown satisfies Note[] } };
}

/** Without what is kept the Region is slower, and answers all the same: so nobody fails with it. */
async function orNothing<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked;
  } catch (error) {
    logger.warn('kept answers are not there', { error: error as Error });
    return undefined;
  }
}

/** What the board cannot do without. Checkers find the verdict first. */
async function health(): Promise<RestAnswer> {
  const { healthy, body } = await healthReport({ notes: canRead }, budget);
  if (!healthy) logger.warn('unhealthy', { body });
  return { status: healthy ? 200 : 503, body: JSON.parse(body) as unknown };
}

const canRead = async (abortSignal: AbortSignal): Promise<boolean> =>
  Array.isArray(await lastNotes(client, notes, { most: 1, abortSignal }));
