/** How two pieces of work hang together. Leave out what does not apply. */
export interface CoordinationNeeds {
  /** The caller cannot go on without the result. */
  readonly callerNeedsResult?: boolean;
  /** The steps are one undertaking: one follows from the other, some wait, some are undone when a later one fails. */
  readonly stepsBelongTogether?: boolean;
  /** More than one kind of worker hears of it. */
  readonly severalListeners?: boolean;
  /** Work may come faster than it can be done, or must be paced, batched or looked at while it waits. */
  readonly mustBePaced?: boolean;
  /** One function does all of it in one run, well within its time and memory. */
  readonly fitsOneRun?: boolean;
}

export type Coordination = 'same-function' | 'workflow' | 'bus' | 'queue' | 'asynchronous-invocation';

export interface CoordinationChoice {
  readonly use: Coordination;
  readonly because: string;
}

const rules: readonly (CoordinationChoice & { readonly need: keyof CoordinationNeeds })[] = [
  {
    need: 'fitsOneRun',
    use: 'same-function',
    because: 'a call within the code costs nothing, while a function that waits for another is billed twice',
  },
  {
    need: 'callerNeedsResult',
    use: 'workflow',
    because: 'a synchronous workflow waits in place of the caller, retries for it, and bills no idle function',
  },
  {
    need: 'stepsBelongTogether',
    use: 'workflow',
    because: 'one place must know how far the steps are, and what to undo when one fails',
  },
  {
    need: 'severalListeners',
    use: 'bus',
    because: 'rules on a bus, or a topic, give everyone a copy, and the sender knows none of them',
  },
  {
    need: 'mustBePaced',
    use: 'queue',
    because: 'a queue keeps work until there is time for it, and shows how much waits',
  },
];

/**
 * How one piece of work starts another; never by a function that calls a function and waits.
 *
 * Without any particular need an asynchronous invocation does: Lambda itself keeps the event, tries again, and hands what
 * fails to a destination.
 *
 * @claims serverless-no-direct-chaining
 */
export function chooseCoordination(needs: CoordinationNeeds): CoordinationChoice {
  const rule = rules.find(({ need }) => needs[need]);
  return rule
    ? { use: rule.use, because: rule.because }
    : {
        use: 'asynchronous-invocation',
        because: 'Lambda queues the event, tries again by itself, and hands what fails to a destination',
      };
}
