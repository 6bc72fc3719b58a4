interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

/** Those who sleep and may be stopped together: a branch, or an execution. */
export class Sleepers {
  private readonly alarms = new Set<Alarm>();
  private readonly within: Sleepers[] = [];
  private done = false;

  constructor(
    readonly clock: MachineClock,
    private readonly outer?: Sleepers,
  ) {
    outer?.within.push(this);
  }

  get stopped(): boolean {
    return this.done || (this.outer?.stopped ?? false);
  }

  /** Goes on when so many seconds have passed; never, when stopped meanwhile. */
  async sleep(seconds: number): Promise<void> {
    const { alarm, rung } = this.set(seconds);
    await rung;
    this.alarms.delete(alarm);
  }

  /** What comes first: the end of some work, or an error after so many seconds. */
  async atMost(seconds: number, work: Promise<unknown>, late: () => Error): Promise<unknown> {
    const { alarm, rung } = this.set(seconds);
    try {
      return await Promise.race([work, rung.then(() => Promise.reject(late()))]);
    } finally {
      this.clock.forget(alarm);
    }
  }

  stop(): void {
    this.done = true;
    this.alarms.forEach((alarm) => this.clock.forget(alarm));
    this.within.forEach((inner) => inner.stop());
  }

  private set(seconds: number) {
    let ring = (): void => undefined;
    const rung = new Promise<void>((resolve) => (ring = resolve));
    const alarm = { at: this.clock.now + Math.max(seconds, 0), ring };
    this.alarms.add(alarm);
    this.clock.remember(alarm);
    return { alarm, rung };
  }
}

/** Time that passes when nobody has anything else to do, so that a year is over at once. */
export class MachineClock {
  /** Seconds since the beginning. */
  now = 0;
  private readonly alarms = new Set<Alarm>();
  private busy = 0;

  remember(alarm: Alarm): void {
    this.alarms.add(alarm);
  }

  forget(alarm: Alarm): void {
    this.alarms.delete(alarm);
  }

  /** Does some work during which no time passes, but for what it sleeps by `pause`. */
  async work<T>(does: () => T | Promise<T>): Promise<T> {
    this.busy += 1;
    try {
      return await does();
    } finally {
      this.busy -= 1;
    }
  }

  /** Within work: lets time pass. */
  async pause(sleepers: Sleepers, seconds: number): Promise<void> {
    this.busy -= 1;
    await sleepers.sleep(seconds);
    this.busy += 1;
  }

  /** Lets time pass until something has come to its end. */
  async until<T>(whole: Promise<T>): Promise<T> {
    let over = false;
    const end = whole.finally(() => (over = true));
    // Whoever waits for the end hears of a failure; this keeps it from being called unhandled meanwhile.
    end.catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (over) return end;
      if (this.busy > 0) continue;
      const [next] = [...this.alarms].sort((one, other) => one.at - other.at);
      if (!next) throw new Error('The machine waits for something that never comes');
      this.forget(next);
      this.now = next.at;
      next.ring();
    }
  }
}
