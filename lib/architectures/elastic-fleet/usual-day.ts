/** Requests a minute at hours of a working day; in between they change evenly. The evening comes all at once, as after a broadcast. */
const points: readonly [hour: number, requests: number][] = [
  [0, 900],
  [5, 600],
  [7, 2_000],
  [9, 6_000],
  [12, 7_500],
  [14, 5_500],
  [18, 5_000],
  [18.02, 18_000],
  [19.5, 12_000],
  [21, 4_000],
  [24, 900],
];

/** The requests of each minute of a usual day, from midnight. */
export const usualDay: readonly number[] = Array.from({ length: 1_440 }, (_, minute) => {
  const hour = minute / 60;
  const next = points.findIndex(([at]) => at > hour);
  const [[from, low], [to, high]] = [points[next - 1], points[next]];
  return Math.round(low + ((high - low) * (hour - from)) / (to - from));
});
