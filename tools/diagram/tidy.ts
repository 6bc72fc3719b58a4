import {
  frameFoot,
  frameHead,
  titleWidth,
  type Layout,
  type PlacedEdge,
  type PlacedFrame,
  type Point,
  type Rectangle,
} from './layout';

/** Makes a layout calmer: no kinks, no wide empty bands, and the tiers of a network equally wide below each other. */
export function tidied(layout: Layout): Layout {
  const straight = { ...layout, edges: layout.edges.map(withoutKinks) };
  const low = squeezed(straight, 'y');
  return aligned(squeezed(low, 'x'));
}

type Axis = 'x' | 'y';
type Span = readonly [from: number, to: number];

/** More room than this between two things tells a reader nothing. */
const widestGap = 26;
const sideOf = { x: 'width', y: 'height' } as const;

/** Takes out what is empty over the whole picture; whatever is somewhere keeps its size and its neighbours. */
function squeezed(layout: Layout, axis: Axis): Layout {
  const spans = [...occupied(layout, axis)].sort((a, b) => a[0] - b[0]);
  const cuts: { readonly at: number; readonly by: number }[] = [];
  let end = 0;
  for (const [from, to] of spans) {
    if (from - end > widestGap) cuts.push({ at: end + widestGap / 2, by: from - end - widestGap });
    end = Math.max(end, to);
  }
  const moved = (value: number) =>
    value - cuts.reduce((sum, { at, by }) => sum + Math.min(Math.max(value - at, 0), by), 0);
  const side = sideOf[axis];
  const area = <Area extends Rectangle>(one: Area): Area => ({
    ...one,
    [axis]: moved(one[axis]),
    [side]: moved(one[axis] + one[side]) - moved(one[axis]),
  });
  return {
    ...layout,
    [side]: Math.ceil(moved(layout[side])),
    boxes: layout.boxes.map(area),
    frames: layout.frames.map(area),
    edges: layout.edges.map(({ label, points, ...edge }) => ({
      ...edge,
      points: points.map((point) => ({ ...point, [axis]: moved(point[axis]) })),
      ...(label && { label: area(label) }),
    })),
  };
}

function occupied({ boxes, frames, edges }: Layout, axis: Axis): Span[] {
  const whole = (one: Rectangle): Span => [one[axis], one[axis] + one[sideOf[axis]]];
  const across = edges.flatMap(({ points }) =>
    segmentsOf(points).flatMap(([a, b]): Span[] => (a[axis] === b[axis] ? [[a[axis], a[axis]]] : [])),
  );
  return [
    ...boxes.map(whole),
    ...edges.flatMap(({ label }) => (label ? [whole(label)] : [])),
    ...frames.flatMap((frame) => (axis === 'y' ? rimsOf(frame) : sidesOf(frame))),
    ...across,
  ];
}

const rimsOf = (placed: PlacedFrame): Span[] => {
  const bottom = placed.y + placed.height;
  return [
    [placed.y, placed.y + frameHead],
    [bottom - frameFoot(placed.frame), bottom],
  ];
};

/** A tier's columns need all its width, other frames only what their title takes. */
const sidesOf = ({ frame, x, width }: PlacedFrame): Span[] =>
  frame.zones.length > 0
    ? [[x, x + width]]
    : [
        [x, x + titleWidth(frame)],
        [x + width, x + width],
      ];

export const segmentsOf = (points: readonly Point[]): [Point, Point][] =>
  points.slice(1).map((point, i) => [points[i], point]);

/** A step of a few pixels in a line looks like a mistake; the end beyond it moves along its box instead. */
function withoutKinks(edge: PlacedEdge): PlacedEdge {
  const points = edge.points.map((point) => ({ ...point }));
  const smallest = 9;
  for (let i = 1; i + 2 < points.length; i++) {
    const [before, a, b, after] = points.slice(i - 1, i + 3);
    const axis: Axis = a.y === b.y ? 'x' : 'y';
    const isStep = before[axis] === a[axis] && b[axis] === after[axis];
    if (!isStep || Math.abs(a[axis] - b[axis]) >= smallest) continue;
    const isFirst = i === 1;
    if (!isFirst && i + 3 !== points.length) continue;
    if (isFirst) points[0] = { ...before, [axis]: b[axis] };
    else points[points.length - 1] = { ...after, [axis]: a[axis] };
    points.splice(i, 2);
    i = 0;
  }
  return { ...edge, points };
}

/** Tiers of one network get the same left and right, as far as nothing beside them is in the way. */
function aligned(layout: Layout): Layout {
  const gap = 14;
  const frames = layout.frames.map((one) => ({ ...one }));
  for (const vpc of frames.filter(({ frame }) => frame.kind === 'vpc')) {
    const tiers = frames.filter(({ frame }) => frame.parent === vpc.frame.id);
    const rooms = tiers.map((tier) => roomOf(tier, vpc, layout, gap));
    const [left, right] = [Math.max(...rooms.map(([from]) => from)), Math.min(...rooms.map(([, to]) => to))];
    const fits = tiers.every(({ x, width }) => left <= x && right >= x + width);
    tiers.forEach((tier, i) => {
      const [from, to] = fits ? [left, right] : rooms[i];
      Object.assign(tier, { x: from, width: to - from });
    });
  }
  return { ...layout, frames };
}

/** How far a tier could reach to both sides. */
function roomOf(tier: PlacedFrame, vpc: PlacedFrame, { boxes, edges }: Layout, gap: number): Span {
  const [left, right] = [tier.x, tier.x + tier.width];
  const [top, bottom] = [tier.y, tier.y + tier.height];
  const beside = [
    ...boxes.filter(({ box }) => box.frame === vpc.frame.id),
    ...edges.flatMap(({ label, points }) => [
      ...(label ? [label] : []),
      ...segmentsOf(points).map(([a, b]) => ({
        x: Math.min(a.x, b.x),
        y: Math.min(a.y, b.y),
        width: Math.abs(a.x - b.x),
        height: Math.abs(a.y - b.y),
      })),
    ]),
  ].filter(({ y, height }) => y < bottom && y + height > top);
  const before = beside
    .filter(({ x, width }) => x + width <= left)
    .map(({ x, width }) => Math.min(left, x + width + gap));
  const after = beside.filter(({ x }) => x >= right).map(({ x }) => Math.max(right, x - gap));
  return [
    Math.max(Math.min(vpc.x + gap, left), ...before),
    Math.min(Math.max(vpc.x + vpc.width - gap, right), ...after),
  ];
}
