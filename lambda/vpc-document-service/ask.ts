import { request as plainly } from 'node:http';
import { request as securely } from 'node:https';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { variables } from '../shared/variables';
import { askEnvironment } from './environment';

const { address, name } = variables(askEnvironment);
const logger = new Logger();
/** How long an answer is waited for, in milliseconds. */
const patience = 8000;

const question = z.strictObject({
  method: z._default(z.enum(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']), 'GET'),
  path: z.string().check(z.regex(/^\/[\x21-\x7e]*$/, 'begin it with a slash and encode what is not ASCII')),
  headers: z._default(z.record(z.string(), z.string()), {}),
  body: z.optional(z.string()),
});

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks the service from inside the network, as a program there would, and tells what it answered. */
export async function handler(event: unknown, context: Context): Promise<Reply> {
  logger.addContext(context);
  const known = question.safeParse(event);
  if (!known.success) {
    const faults = known.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
    throw new Error(`not a question (${faults.join('; ')}); send {"path": "/documents"}`);
  }
  const reply = await ask(known.data);
  logger.info('service answered', { path: known.data.path, status: reply.status });
  return reply;
}

function ask({ method, path, headers, body }: z.infer<typeof question>): Promise<Reply> {
  const url = new URL(path, address);
  const send = url.protocol === 'https:' ? securely : plainly;
  return new Promise((resolve, reject) => {
    const failed = (error: Error) =>
      reject(new Error(`${url.host} did not answer: ${error.message}`, { cause: error }));
    const asked = send(url, { method, headers, servername: name, timeout: patience }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.once('error', failed);
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts).toString() }),
      );
    });
    asked.once('timeout', () => asked.destroy(new Error(`nothing came for ${patience / 1000} seconds`)));
    asked.once('error', failed);
    asked.end(body);
  });
}
