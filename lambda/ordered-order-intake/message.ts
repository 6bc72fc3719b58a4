import type * as z from 'zod/mini';
import { Refused } from '../shared/batch';

/**
 * What a message of a queue says.
 *
 * @param otherwise what it is when it has not this form, such as `this is nothing that happens to an order`
 * @throws Refused when it is not JSON, or has another form
 */
export function messageOf<Form extends z.ZodMiniType>(form: Form, body: string, otherwise: string): z.infer<Form> {
  const message = form.safeParse(parsed(body));
  if (message.success) return message.data;
  const faults = message.error.issues.map(({ path, message: fault }) => `${path.join('.') || 'message'}: ${fault}`);
  throw new Refused(`${otherwise}: ${faults.join('; ')}`);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused('this is not JSON');
  }
}
