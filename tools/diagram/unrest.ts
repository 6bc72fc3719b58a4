import type { Layout, Point } from './layout';
import type { Picture } from './model/picture';
import { segmentsOf } from './tidy';

/** The widest picture whose smallest text still has 11 pixels in a README of 850. */
export const readmeWidth = 888;

/**
 * How restless a layout looks: what it is too wide, its height, the bends, crossings and length of its arrows, and how many
 * boxes that play the same part stand in different rows.
 */
export function unrest({ width, height, boxes, edges }: Layout, picture: Picture): number {
  const rows = twinsOf(picture).map((twins) => new Set(boxes.filter(({ box }) => twins.has(box.id)).map(({ y }) => y)));
  const stray = rows.reduce((sum, row) => sum + row.size - 1, 0);
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
  return (
    20 * Math.max(0, width - readmeWidth) + 200 * stray + 0.5 * height + 8 * bends + 25 * crossings + 0.05 * length
  );
}

/** Boxes of one kind with the same arrows to and from the same kinds, such as the workers of a fan-out. */
function twinsOf({ boxes, edges }: Picture): ReadonlySet<string>[] {
  const whats = new Map(boxes.map(({ id, what }) => [id, what]));
  const groups = new Map<string, Set<string>>();
  for (const { id, what, frame } of boxes) {
    const arrows = edges.flatMap(({ from, to, kind }) =>
      from === id ? [`${kind} to ${whats.get(to)}`] : to === id ? [`${kind} from ${whats.get(from)}`] : [],
    );
    const part = JSON.stringify([what, frame, arrows.sort()]);
    groups.set(part, (groups.get(part) ?? new Set()).add(id));
  }
  return [...groups.values()];
}

type Segment = readonly [Point, Point];

function cross(one: Segment, two: Segment): boolean {
  const [level, upright] = one[0].y === one[1].y ? [one, two] : [two, one];
  if (level[0].y !== level[1].y || upright[0].x !== upright[1].x) return false;
  return between(upright[0].x, level[0].x, level[1].x) && between(level[0].y, upright[0].y, upright[1].y);
}

const between = (value: number, a: number, b: number): boolean => value > Math.min(a, b) && value < Math.max(a, b);
