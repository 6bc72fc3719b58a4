/** What a piece of communication must do. Leave out what it need not. */
export interface MessagingNeeds {
  /** Steps belong together: one follows from the other, and somebody asks how far the whole is. */
  readonly stepsBelongTogether?: boolean;
  /** Consumers look at a moving window of the past, or read the same records again. */
  readonly rollingWindow?: boolean;
  /** Very many producers send small records all the time: devices, clicks, meters. */
  readonly manyProducers?: boolean;
  /** What happened is told by AWS itself, or by another company's service. */
  readonly fromAwsOrPartners?: boolean;
  /** Who hears what is decided by rules over the content, and changes without the producer knowing. */
  readonly routedByContent?: boolean;
  /**
   * Kinds of consumers that each need every message.
   * @default 1
   */
  readonly consumers?: number;
}

export type Messaging = 'queue' | 'topic' | 'bus' | 'stream' | 'workflow';

export interface Choice {
  readonly use: Messaging;
  readonly because: string;
}

/** From the most particular need to the most common; the first that holds decides. */
const rules: readonly (Choice & { readonly when: (needs: MessagingNeeds) => boolean })[] = [
  {
    use: 'workflow',
    when: (needs) => needs.stepsBelongTogether ?? false,
    because: 'the steps belong together, so one place must know how far they are and what to do when one fails',
  },
  {
    use: 'stream',
    when: (needs) => needs.rollingWindow ?? false,
    because:
      'a stream keeps records after they were read, so consumers look at a window of the past, each at its own pace',
  },
  {
    use: 'stream',
    when: (needs) => needs.manyProducers ?? false,
    because: 'a stream takes in many small records in order by key, for analysis rather than as single pieces of work',
  },
  {
    use: 'bus',
    when: (needs) => needs.fromAwsOrPartners ?? false,
    because: 'events of AWS and of partners arrive on a bus, where rules pick the ones that matter',
  },
  {
    use: 'bus',
    when: (needs) => needs.routedByContent ?? false,
    because: 'rules on a bus decide who hears what, and can be added without the producer knowing',
  },
  {
    use: 'topic',
    when: (needs) => (needs.consumers ?? 1) > 1,
    because: 'a topic gives every subscriber its own copy; a queue behind each keeps what it cannot take yet',
  },
  {
    use: 'queue',
    when: () => true,
    because:
      'one group produces and one group works; a message waits until it is worked and is gone then, and nobody waits for an answer',
  },
];

/**
 * Which kind of messaging fits.
 *
 * @claims messaging-queue-or-stream
 */
export function chooseMessaging(needs: MessagingNeeds): Choice {
  const { use, because } = rules.find(({ when }) => when(needs))!;
  return { use, because };
}
