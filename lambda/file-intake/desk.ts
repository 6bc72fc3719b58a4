import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import { callFunction, callingClient, FunctionFailed } from '../shared/call-function';
import { KeptFiles } from '../shared/kept-files';
import { patience } from '../shared/patience';
import { Problem } from '../shared/problem';
import { urlHandler, type UrlAnswer, type UrlRequest } from '../shared/url';
import { variables } from '../shared/variables';
import { isIncoming } from './announced';
import { resizerEnvironment } from './environment';
import { placeFromEnvironment } from './place';
import { stateOf } from './state';

const place = placeFromEnvironment();
const { resizer, seconds } = variables(resizerEnvironment);
const files = new KeptFiles(new S3Client(patience), place.bucket);
const lambda = callingClient(Number(seconds));

/**
 * Tells what became of a file (`GET /?file=incoming/cat.jpg`), and has one resized while the caller waits (`POST`).
 */
async function answer({ method, query }: UrlRequest): Promise<UrlAnswer> {
  if (method !== 'GET' && method !== 'POST')
    throw new Problem(405, { detail: 'Ask with GET, or have it resized with POST.' });
  const file = query.file ?? '';
  if (!isIncoming(file, place) || Buffer.byteLength(file) > 1024) {
    const fault = { where: 'query.file', what: `name a file below ${place.incoming}` };
    throw new Problem(400, { detail: 'The query does not name a file.', faults: [fault] });
  }
  if (method === 'POST') await resizeNow(file);
  const state = await stateOf(files, place, file);
  if (state.state === 'missing') throw new Problem(404, { detail: `There is no file ${file}.` });
  return { status: 200, body: { file, ...state } };
}

/** The caller waits, so the caller is told what is wrong; nobody else tries again. */
async function resizeNow(key: string): Promise<void> {
  try {
    await callFunction(lambda, resizer, { key });
  } catch (error) {
    if (error instanceof FunctionFailed && error.errorType === 'Refused')
      throw new Problem(422, { detail: `${key} cannot be resized: ${error.reason}.` });
    throw error;
  }
}

export const handler = urlHandler(answer, new Logger());
