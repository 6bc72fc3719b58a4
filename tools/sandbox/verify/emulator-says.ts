/** What an emulator tells of itself. */
export interface StandIn {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Why it only stands there, or what of it does. */
  readonly reason: string;
  /** Whether it is all there, and something of it has no effect. */
  readonly idle: boolean;
}

/** What in one stack is not, or does not, what it is and does on AWS. */
export async function standInsOf(endpoint: string, stack: string): Promise<StandIn[]> {
  const all = await ask<readonly StandIn[]>(endpoint, 'report');
  return all.filter((one) => one.stack === stack);
}

/** Everything there is, by the list calls of every service: one line each, sorted. */
export const census = (endpoint: string): Promise<readonly string[]> => ask(endpoint, 'census');

/** Something that the emulator's CloudFormation made. */
export interface Made {
  readonly type: string;
  readonly physicalId: string;
  /** Whether it outlives its stack because the template says so. */
  readonly retained: boolean;
}

/** What the emulator's CloudFormation made for a stack and has not deleted. */
export async function inventoryOf(endpoint: string, stack: string): Promise<Made[]> {
  const all = await ask<readonly (Made & { readonly stack: string })[]>(endpoint, 'inventory');
  return all.filter((one) => one.stack === stack);
}

async function ask<T>(endpoint: string, what: string): Promise<T> {
  const answer = await fetch(`${endpoint}/_emulator/${what}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the emulator does not tell its ${what}: ${answer.status} ${text.slice(0, 2000)}`);
  return JSON.parse(text) as T;
}
