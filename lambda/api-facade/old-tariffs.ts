import * as z from 'zod/mini';
import { answerTariff } from './tariff-service';

const request = z.object({ body: z.nullish(z.string()), isBase64Encoded: z.nullish(z.boolean()) });

/** The tariff service over HTTP: what comes is an envelope or is answered with a fault. */
export function handler(event: unknown): Promise<{
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}> {
  const { data } = request.safeParse(event);
  const text = data?.isBase64Encoded ? Buffer.from(data.body ?? '', 'base64').toString() : (data?.body ?? '');
  const { status, body } = answerTariff(text);
  return Promise.resolve({ statusCode: status, headers: { 'Content-Type': 'text/xml; charset=utf-8' }, body });
}
