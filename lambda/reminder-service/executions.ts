import {
  DescribeExecutionCommand,
  StartExecutionCommand,
  type DescribeExecutionCommandOutput,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { Problem } from '../shared/problem';
import type { Reminder } from './reminder';

/** A reminder, as it is answered. */
export interface ReminderState {
  readonly id: string;
  readonly status: 'waiting' | 'told' | 'not needed' | 'failed';
  readonly startedAt: string;
  /** Whom the machine could tell, and whom not; once it has. */
  readonly told?: readonly { readonly name: string; readonly told: boolean }[];
}

/** What a machine that reminds comes to: everybody told or not, or nothing to do, because the cat waits already. */
const outcome = z.union([
  z.array(z.object({ to: z.object({ name: z._default(z.string(), 'somebody') }), told: z.boolean() })),
  z.object({ already: z.literal(true) }),
]);

/** Executions of the machine that reminds, each called by the id of its reminder. */
export class Executions {
  constructor(
    private readonly client: SFNClient,
    private readonly machine: string,
  ) {}

  /**
   * Starts one. Asked again it starts none: Step Functions knows the name for 90 days, and this looks whether it was for the same reminder.
   *
   * @throws Problem 422 when the id stands for another reminder
   */
  async start(id: string, reminder: Reminder): Promise<ReminderState> {
    const input = JSON.stringify(reminder);
    try {
      const { startDate } = await this.client.send(
        new StartExecutionCommand({ stateMachineArn: this.machine, name: id, input }),
      );
      return { id, status: 'waiting', startedAt: startDate!.toISOString() };
    } catch (error) {
      if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
    }
    const there = await this.described(id);
    if (there?.input !== input) throw keyReused();
    return stateOf(id, there);
  }

  /** How a reminder stands, or undefined when there is none. */
  async state(id: string): Promise<ReminderState | undefined> {
    const there = await this.described(id);
    return there && stateOf(id, there);
  }

  private async described(id: string): Promise<DescribeExecutionCommandOutput | undefined> {
    const executionArn = `${this.machine.replace(':stateMachine:', ':execution:')}:${id}`;
    try {
      return await this.client.send(new DescribeExecutionCommand({ executionArn }));
    } catch (error) {
      if ((error as Error).name === 'ExecutionDoesNotExist') return undefined;
      throw error;
    }
  }
}

function stateOf(id: string, { status, startDate, output }: DescribeExecutionCommandOutput): ReminderState {
  const startedAt = startDate!.toISOString();
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return { id, status: 'waiting', startedAt };
  if (status !== 'SUCCEEDED') return { id, status: 'failed', startedAt };
  const result = outcome.parse(JSON.parse(output!));
  if (!Array.isArray(result)) return { id, status: 'not needed', startedAt };
  return { id, status: 'told', startedAt, told: result.map(({ to, told }) => ({ name: to.name, told })) };
}

const keyReused = (): Problem =>
  new Problem(422, {
    detail: 'This Idempotency-Key came with another reminder before; send a new reminder under a new key.',
    faults: [{ where: 'header.Idempotency-Key', what: 'used before for another body' }],
  });
