import type { Layout, Point } from './layout';
import { segmentsOf } from './tidy';

/** The width of a README; a wider picture is scaled down until nobody can read it. */
export const readmeWidth = 850;

/** How restless a layout looks: what it is too wide, its height, and the bends, crossings and length of its arrows. */
export function unrest({ width, height, edges }: Layout): number {
  const lines = edges.map(({ points }) => segmentsOf(points));
  const bends = lines.reduce((sum, line) => sum + line.length - 1, 0);
  const length = lines.flat().reduce((sum, [a, b]) => sum + Math.abs(a.x - b.x) + Math.abs(a.y - b.y), 0);
  const crossings = lines.reduce(
    (sum, line, i) =>
      sum +
      lines
        .slice(i + 1)
        .reduce((all, other) => all + line.filter((one) => other.some((two) => cross(one, two))).length, 0),
    0,
  );
  return 4 * Math.max(0, width - readmeWidth) + 0.5 * height + 8 * bends + 25 * crossings + 0.05 * length;
}

type Segment = readonly [Point, Point];

function cross(one: Segment, two: Segment): boolean {
  const [level, upright] = one[0].y === one[1].y ? [one, two] : [two, one];
  if (level[0].y !== level[1].y || upright[0].x !== upright[1].x) return false;
  return between(upright[0].x, level[0].x, level[1].x) && between(level[0].y, upright[0].y, upright[1].y);
}

const between = (value: number, a: number, b: number): boolean => value > Math.min(a, b) && value < Math.max(a, b);
