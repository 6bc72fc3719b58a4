import type { Layout, Point, Rectangle } from '../../../tools/diagram/layout';

/** Everything in a layout that a reader would stumble over. */
export function faultsOf({ width, height, boxes, frames, edges }: Layout): string[] {
  const labels = edges.flatMap(({ label }) => (label ? [{ ...label, what: `label ${label.lines.join(' ')}` }] : []));
  const things = [...boxes.map((one) => ({ ...one, what: `box ${one.box.id}` })), ...labels];
  const canvas = { x: 0, y: 0, width, height };
  const areas = new Map<string, Rectangle>([
    ...boxes.map((one) => [one.box.id, one] as const),
    ...frames.map((one) => [one.frame.id, one] as const),
  ]);
  return [
    ...things.flatMap((one, i) =>
      things
        .slice(i + 1)
        .filter((other) => overlap(one, other))
        .map(({ what }) => `${one.what} lies on ${what}`),
    ),
    ...[...things, ...frames.map((one) => ({ ...one, what: `frame ${one.frame.id}` }))]
      .filter((one) => !within(one, canvas))
      .map(({ what }) => `${what} sticks out`),
    ...boxes
      .filter(({ box, ...area }) => box.frame !== undefined && !within(area, areas.get(box.frame)!))
      .map(({ box }) => `${box.id} is not in its frame`),
    ...frames
      .filter(({ frame, ...area }) => frame.parent !== undefined && !within(area, areas.get(frame.parent)!))
      .map(({ frame }) => `${frame.id} is not in its frame`),
    ...boxes.flatMap(({ box, ...area }) =>
      frames
        .filter(({ frame, ...outer }) => !holds(frame.id, box.frame) && overlap(area, outer))
        .map(({ frame }) => `${box.id} lies on ${frame.id}`),
    ),
    ...edges.flatMap(({ edge, points }) => [
      ...(onRim(points[0], areas.get(edge.from)!) ? [] : [`${edge.from} to ${edge.to} begins in the air`]),
      ...(onRim(points.at(-1)!, areas.get(edge.to)!) ? [] : [`${edge.from} to ${edge.to} ends in the air`]),
      ...(points.slice(1).every((point, i) => point.x === points[i].x || point.y === points[i].y)
        ? []
        : [`${edge.from} to ${edge.to} is not square`]),
    ]),
  ];

  function holds(frame: string, inner: string | undefined): boolean {
    if (inner === undefined) return false;
    const parent = frames.find((one) => one.frame.id === inner)?.frame.parent;
    return frame === inner || holds(frame, parent);
  }
}

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const within = (a: Rectangle, b: Rectangle): boolean =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;

function onRim({ x, y }: Point, { x: left, y: top, width, height }: Rectangle): boolean {
  const [right, bottom] = [left + width, top + height];
  const beside = x >= left && x <= right && y >= top && y <= bottom;
  const near = (a: number, b: number) => Math.abs(a - b) <= 0.5;
  return beside && (near(x, left) || near(x, right) || near(y, top) || near(y, bottom));
}
