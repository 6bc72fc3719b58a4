import {
  GetCommandInvocationCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** How far a command on an instance has come; `unknown` while Systems Manager does not know the instance, or not yet the command. */
export type Progress = 'working' | 'done' | 'failed' | 'unknown';

/** A script that an instance runs for somebody, by a document of Systems Manager. */
export class InstanceScript {
  constructor(
    private readonly ssm: SSMClient,
    private readonly document: string,
  ) {}

  /**
   * Has the instance run it. A comment names the occasion: who asks twice for one occasion, because an answer was lost or an
   * event came twice, gets the run there is.
   *
   * @returns the id of the run; undefined while the agent of the instance has not reported yet, or not any more
   */
  async run(instance: string, occasion: string): Promise<string | undefined> {
    const { Commands: before = [] } = await this.ssm.send(new ListCommandsCommand({ InstanceId: instance }));
    const found = before.find(({ Comment, DocumentName }) => Comment === occasion && DocumentName === this.document);
    if (found) return found.CommandId;
    try {
      const { Command } = await this.ssm.send(
        new SendCommandCommand({ DocumentName: this.document, InstanceIds: [instance], Comment: occasion }),
      );
      return Command!.CommandId;
    } catch (error) {
      if (nameOf(error) === 'InvalidInstanceId') return undefined;
      throw error;
    }
  }

  async progress(instance: string, command: string): Promise<{ readonly is: Progress; readonly said: string }> {
    try {
      const { Status = 'Pending', StatusDetails = Status } = await this.ssm.send(
        new GetCommandInvocationCommand({ CommandId: command, InstanceId: instance }),
      );
      return { is: progressOf[Status] ?? 'failed', said: StatusDetails };
    } catch (error) {
      if (nameOf(error) === 'InvocationDoesNotExist') return { is: 'unknown', said: 'not begun' };
      throw error;
    }
  }
}

const progressOf: Readonly<Record<string, Progress>> = {
  Pending: 'working',
  InProgress: 'working',
  Delayed: 'working',
  Cancelling: 'working',
  Success: 'done',
};

const nameOf = (error: unknown): string | undefined => (error as { readonly name?: string }).name;
