/** The day of a moment by the clock of a time zone, such as `2026-11-28`. */
export function dayOf(moment: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .formatToParts(new Date(moment))
    .map(({ type, value }) => [type, value] as const);
  const { year, month, day } = Object.fromEntries(parts) as Record<string, string>;
  return `${year}-${month}-${day}`;
}

/** The day that ended last before or at a moment; what happens a little late still closes the right one. */
export function dayBefore(moment: string, zone: string): string {
  const [year, month, day] = dayOf(moment, zone).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day - 1)).toISOString().slice(0, 10);
}
