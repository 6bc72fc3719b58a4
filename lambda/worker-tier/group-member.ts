import {
  CompleteLifecycleActionCommand,
  SetInstanceProtectionCommand,
  type AutoScalingClient,
} from '@aws-sdk/client-auto-scaling';
import type { InstanceMetadata } from '../shared/instance-metadata';
import type { Host } from './loop';
import { every } from './time';

/** Why an instance goes: its group shrinks or replaces it, or EC2 wants the spot capacity back. */
export type Notice = 'its group takes it away' | 'its spot capacity is wanted back';

/** An instance of an Auto Scaling group, which tells and is told by the group whether it stays. */
export class GroupMember implements Host {
  #protected?: boolean;

  private constructor(
    private readonly client: AutoScalingClient,
    private readonly metadata: InstanceMetadata,
    readonly instanceId: string,
    readonly groupName: string,
    private readonly hook: string,
  ) {}

  static async find(client: AutoScalingClient, metadata: InstanceMetadata, hook: string): Promise<GroupMember> {
    const instanceId = await metadata.need('instance-id');
    const groupName = await metadata.need('tags/instance/aws:autoscaling:groupName');
    return new GroupMember(client, metadata, instanceId, groupName, hook);
  }

  async protect(busy: boolean): Promise<void> {
    if (busy === this.#protected) return;
    await this.client.send(
      new SetInstanceProtectionCommand({
        AutoScalingGroupName: this.groupName,
        InstanceIds: [this.instanceId],
        ProtectedFromScaleIn: busy,
      }),
    );
    this.#protected = busy;
  }

  /** Looks every five seconds whether it is to go, which both notices leave two minutes for, and then calls once. */
  async watch(signal: AbortSignal, onNotice: (notice: Notice) => void): Promise<void> {
    const ended = new AbortController();
    const until = AbortSignal.any([signal, ended.signal]);
    await every(5000, until, async () => {
      // The service answers within the machine; what it does not say now it says five seconds later.
      const notice = await this.#notice().catch(() => undefined);
      if (notice === undefined) return;
      ended.abort();
      onNotice(notice);
    });
  }

  /** Tells the group, which waits for it, that this machine may go. */
  async leave(): Promise<void> {
    await this.client.send(
      new CompleteLifecycleActionCommand({
        AutoScalingGroupName: this.groupName,
        LifecycleHookName: this.hook,
        InstanceId: this.instanceId,
        LifecycleActionResult: 'CONTINUE',
      }),
    );
  }

  async #notice(): Promise<Notice | undefined> {
    if ((await this.metadata.fact('autoscaling/target-lifecycle-state')) === 'Terminated')
      return 'its group takes it away';
    const spot = await this.metadata.fact('spot/instance-action');
    return spot === undefined ? undefined : 'its spot capacity is wanted back';
  }
}
