import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { knockAt, type Knock } from './knock';
import { taskOf } from './task';
import { readNote, writeNote, type VaultAnswer } from './vault';

const { vaultBucket } = variables(environment);
const s3 = new S3Client(patience);
const logger = new Logger();

/** Tries from inside the network what it is told to, and says what came of it. */
export async function handler(event: unknown, context: Context): Promise<VaultAnswer | Knock> {
  logger.addContext(context);
  const task = taskOf(event);
  const answer = await tried();
  logger.info('tried', { task: task.do, answer: 'text' in answer ? 'read' : answer });
  return answer;

  function tried(): Promise<VaultAnswer | Knock> {
    switch (task.do) {
      case 'write':
        return writeNote(s3, vaultBucket, task.key, task.text);
      case 'read':
        return readNote(s3, vaultBucket, task.key);
      case 'knock':
        return knockAt(task.host);
    }
  }
}
