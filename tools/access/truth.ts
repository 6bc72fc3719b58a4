/** Whether something holds, where `maybe` says that the templates and the question do not tell. */
export type Truth = 'yes' | 'maybe' | 'no';

const order: Readonly<Record<Truth, number>> = { no: 0, maybe: 1, yes: 2 };

/** All of them hold; `yes` for none. */
export const all = (...truths: readonly Truth[]): Truth =>
  truths.reduce((least, truth) => (order[truth] < order[least] ? truth : least), 'yes');

/** At least one holds; `no` for none. */
export const any = (...truths: readonly Truth[]): Truth =>
  truths.reduce((most, truth) => (order[truth] > order[most] ? truth : most), 'no');

export const not = (truth: Truth): Truth => (truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'maybe');

export const truthOf = (value: boolean): Truth => (value ? 'yes' : 'no');

/** A truth with what it hangs on while it is `maybe`. */
export interface Answer {
  readonly truth: Truth;
  /** What is not known, in words; empty unless the truth is `maybe`. */
  readonly because: readonly string[];
}

export const yes: Answer = { truth: 'yes', because: [] };
export const no: Answer = { truth: 'no', because: [] };
export const maybe = (...because: string[]): Answer => ({ truth: 'maybe', because });
export const answer = (value: boolean): Answer => (value ? yes : no);

/** Whether all of them are so. */
export function everyAnswer(answers: readonly Answer[]): Answer {
  const truth = all(...answers.map((one) => one.truth));
  if (truth !== 'maybe') return truth === 'yes' ? yes : no;
  return maybe(...new Set(answers.flatMap(({ because }) => because)));
}

/** Whether one of them is so; asks no further once one is. */
export function someAnswer<Item>(items: Iterable<Item>, ask: (item: Item) => Answer): Answer {
  const open: Answer[] = [];
  for (const item of items) {
    const answered = ask(item);
    if (answered.truth === 'yes') return yes;
    if (answered.truth === 'maybe') open.push(answered);
  }
  return open.length > 0 ? maybe(...new Set(open.flatMap(({ because }) => because))) : no;
}
export const notAnswer = ({ truth, because }: Answer): Answer => ({ truth: not(truth), because });
