import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { BalancerAnswer, BalancerRequest } from '../shared/balancer';

const greetings = { de: 'Willkommen', en: 'Welcome', es: 'Bienvenido' } as const;
const whole = (most: number) => z.pipe(z.coerce.number(), z.int().check(z.minimum(1), z.maximum(most)));
const wanted = z.object({
  language: z._default(z.enum(['de', 'en', 'es']), 'en'),
  page: z._default(whole(1000), 1),
  size: z._default(whole(100), 10),
});

/**
 * A page of a list, in a language. It holds a mark that is new each time it is made, by which a copy is told from a page.
 *
 * @param isPublic whether copies may be kept, a minute
 */
export function page(
  { path, query }: BalancerRequest,
  isPublic: boolean,
  mark: () => string = randomUUID,
): BalancerAnswer {
  const last = Object.fromEntries(Object.entries(query).map(([name, values]) => [name, values.at(-1)]));
  const asked = wanted.safeParse(last);
  if (!asked.success) {
    const named = asked.error.issues.map((issue) => issue.path.join('.'));
    return json(400, 'application/problem+json', 'no-store', {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: `${named.join(' and ')} cannot be used: language is de, en or es, page 1 to 1000, size 1 to 100`,
    });
  }
  const { language, page: number, size } = asked.data;
  const caching = isPublic ? 'public, max-age=0, s-maxage=60' : 'no-store';
  const greeting = greetings[language];
  return json(200, 'application/json', caching, { path, language, greeting, page: number, size, made: mark() });
}

const json = (status: number, type: string, caching: string, body: object): BalancerAnswer => ({
  status,
  headers: { 'content-type': type, 'cache-control': caching },
  body: JSON.stringify(body),
});
