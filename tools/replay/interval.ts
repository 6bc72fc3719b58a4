/** From when, this moment included, to when, this moment not. */
export interface Interval {
  readonly from: Date;
  readonly to: Date;
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Which events are meant by the words of the command line; undefined where they say nothing.
 *
 * @throws where they contradict each other, or mean no time before now
 */
export function interval(
  { last, from, to }: { readonly last?: string; readonly from?: string; readonly to?: string },
  now: Date,
): Interval | undefined {
  if (last === undefined && from === undefined && to === undefined) return undefined;
  if (last !== undefined) {
    if (from !== undefined || to !== undefined)
      throw new Error('--last does not go with --from or --to; leave one out');
    const [, count, unit] = /^([1-9]\d*)([mhd])$/.exec(last) ?? [];
    if (unit === undefined) throw new Error(`--last is "${last}"; write minutes, hours or days, such as 30m, 2h or 1d`);
    return { from: new Date(now.getTime() - Number(count) * units[unit]), to: now };
  }
  if (from === undefined) throw new Error('--to is given without --from; say where to begin');
  const times = { from: moment('--from', from), to: to === undefined ? now : moment('--to', to) };
  if (times.to > now) throw new Error(`--to is ${to}, which is still to come; leave it out for now`);
  if (times.from >= times.to)
    throw new Error(`--from is ${from}, not before ${times.to.toISOString()}; no event lies between`);
  return times;
}

function moment(name: string, text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(time.getTime()))
    throw new Error(`${name} is "${text}"; write a time with its zone, such as 2026-11-28T09:00:00Z`);
  return time;
}
