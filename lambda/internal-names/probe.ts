import { promises } from 'node:dns';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { lookUp, type Looked } from './look-up';

const logger = new Logger();

const label = '[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?';
const question = z.object({
  names: z
    .array(z.string().check(z.maxLength(253), z.regex(new RegExp(`^${label}(\\.${label})*\\.?$`))))
    .check(z.minLength(1), z.maxLength(20)),
  server: z.optional(z.string().check(z.regex(/^(\d{1,3}\.){3}\d{1,3}(:\d{1,5})?$/))),
});

/**
 * Looks names up from where the function stands: `{ "names": ["accounting.groundplan.internal"] }`, 1 to 20 of them, of the
 * network's own resolver or of the IPv4 `server` that is given.
 */
export async function handler(event: unknown, context: Context): Promise<Looked[]> {
  logger.addContext(context);
  const asked = question.safeParse(event);
  if (!asked.success) throw new BadQuestion(asked.error.issues);
  const { names, server } = asked.data;
  const resolver = new promises.Resolver({ timeout: 1000, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  const found = await lookUp(names, resolver);
  logger.info('looked up', { found });
  return found;
}

class BadQuestion extends Error {
  override readonly name = 'BadQuestion';

  constructor(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]) {
    const faults = issues.map(({ path, message }) => `${path.join('.') || 'the event'}: ${message}`);
    super(`${faults.join('; ')}. Ask as {"names": ["accounting.example.com"]}, with 1 to 20 names`);
  }
}
