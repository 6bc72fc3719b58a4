import Elk, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk.bundled.js';
import { byName } from './model/order';
import type { Box, Edge, Frame, Picture } from './model/picture';
import { labelLine, labelLines, labelSize } from './labels';
import { linesOf, widthOf } from './text';
import { tidied } from './tidy';
import { readmeWidth, unrest } from './unrest';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedBox extends Rectangle {
  readonly box: Box;
  readonly lines: BoxLines;
}

export interface BoxLines {
  readonly name: readonly string[];
  readonly what: readonly string[];
}

export interface PlacedFrame extends Rectangle {
  readonly frame: Frame;
  readonly depth: number;
}

export interface PlacedEdge {
  readonly edge: Edge;
  /** From the arrow's tail to its head. */
  readonly points: readonly Point[];
  readonly label?: Rectangle & { readonly lines: readonly string[] };
}

/** A picture with everything in its place. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly frames: readonly PlacedFrame[];
  readonly edges: readonly PlacedEdge[];
}

export const iconSize = 40;
export const nameSize = 13;
export const whatSize = 11.5;
export const lineHeight = 15;
const padding = 8;
const widestText = 118;
const margin = 8;
export const frameHead = 30;
const zoneLine = 20;

/** What the lower end of a frame needs for the names of its zones. */
export const frameFoot = ({ zones }: Frame): number => (zones.length > 0 ? zoneLine : 0);
export const titleWidth = ({ name, note }: Frame): number =>
  widthOf(`${name}  ${note ?? 'isolated'}`, nameSize, true) + 40;
const zoneWidth = ({ zones }: Frame): number =>
  Math.max(0, ...zones.map(({ name, block }) => widthOf(`${name} · ${block}`, whatSize) + 16)) * zones.length + 16;

/**
 * Places boxes, frames and arrows: in several ways, of which the calmest is kept. The same picture always comes out the
 * same.
 */
export async function layoutOf(picture: Picture): Promise<Layout> {
  const calm = await calmest(picture, ways);
  return calm.width <= readmeWidth ? calm : calmest(picture, narrowWays, calm);
}

async function calmest(picture: Picture, among: typeof ways, found?: Layout): Promise<Layout> {
  let best = found;
  for (const way of among) {
    const layout = await laidOut(picture, way);
    if (best === undefined || unrest(layout, picture) < unrest(best, picture)) best = layout;
  }
  return best!;
}

async function laidOut(picture: Picture, way: Readonly<Record<string, string>>): Promise<Layout> {
  const lines = new Map(picture.boxes.map((box) => [box.id, linesOfBox(box)]));
  const graph = await elk.layout(
    {
      id: 'picture',
      children: [
        ...picture.boxes.filter(({ frame }) => frame === undefined).map((box) => nodeOf(box, lines.get(box.id)!)),
        ...picture.frames.filter(({ parent }) => parent === undefined).map((frame) => frameNode(frame, picture, lines)),
      ],
      edges: [...picture.edges.map(edgeOf), ...orderOf(picture)],
    },
    // Given here, they hold within every frame too.
    { layoutOptions: { ...options, ...way } },
  );
  return tidied(placed(picture, graph, lines));
}

/** Which way is best differs from picture to picture. */
const ways: readonly Readonly<Record<string, string>>[] = layerings().flatMap((layering) => [
  { ...layering, 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX' },
  { ...layering, 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF' },
]);

/** These bend more arrows and take less room: for what would be too wide for a README otherwise. */
const narrowWays: typeof ways = [...layerings(), { 'elk.layered.layering.strategy': 'MIN_WIDTH' }].map((layering) => ({
  ...layering,
  'elk.layered.nodePlacement.strategy': 'LINEAR_SEGMENTS',
}));

function layerings(): Readonly<Record<string, string>>[] {
  return [
    { 'elk.layered.layering.strategy': 'NETWORK_SIMPLEX' },
    { 'elk.layered.layering.strategy': 'LONGEST_PATH' },
    { 'elk.layered.layering.strategy': 'LONGEST_PATH_SOURCE' },
    { 'elk.layered.layering.strategy': 'COFFMAN_GRAHAM', 'elk.layered.layering.coffmanGraham.layerBound': '5' },
  ];
}

const elk = new Elk();

const options: Readonly<Record<string, string>> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.randomSeed': '1',
  'elk.padding': `[top=${margin},left=${margin},bottom=${margin},right=${margin}]`,
  'elk.spacing.nodeNode': '12',
  'elk.spacing.edgeNode': '10',
  'elk.spacing.edgeEdge': '9',
  'elk.spacing.edgeLabel': '2',
  'elk.spacing.labelNode': '2',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.layered.thoroughness': '10',
};

function linesOfBox({ name, what, note, frame }: Box): BoxLines {
  if (frame === undefined) return { name: linesOf(name, nameSize, widestText, true), what: [] };
  const words = [...(what.toLowerCase() === name.toLowerCase() ? [] : [what]), ...(note === undefined ? [] : [note])];
  return {
    name: linesOf(name, nameSize, widestText, true),
    what: words.flatMap((text) => linesOf(text, whatSize, widestText)),
  };
}

function nodeOf(box: Box, { name, what }: BoxLines): ElkNode {
  const text = Math.max(
    0,
    ...name.map((line) => widthOf(line, nameSize, true)),
    ...what.map((line) => widthOf(line, whatSize)),
  );
  return {
    id: box.id,
    width: Math.max(92, text + 14),
    height: iconSize + 3 * padding + (name.length + what.length) * lineHeight,
    layoutOptions: { 'elk.alignment': 'TOP' },
  };
}

function frameNode(frame: Frame, picture: Picture, lines: ReadonlyMap<string, BoxLines>): ElkNode {
  const boxes = picture.boxes.filter((box) => box.frame === frame.id).map((box) => nodeOf(box, lines.get(box.id)!));
  const inner = picture.frames.filter(({ parent }) => parent === frame.id);
  const least = Math.max(titleWidth(frame), zoneWidth(frame));
  const widest = Math.max(0, ...boxes.map(({ width }) => width!));
  const [top, bottom] = [frameHead + 8, 14 + frameFoot(frame)];
  const side =
    frame.kind === 'cloud' || frame.kind === 'region'
      ? 10
      : inner.length > 0
        ? 14
        : Math.max(14, Math.ceil((least - widest) / 2));
  return {
    id: frame.id,
    layoutOptions: {
      'elk.padding': `[top=${top},left=${side},bottom=${bottom},right=${side}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${least},${top + bottom})`,
    },
    children: [...boxes, ...inner.map((one) => frameNode(one, picture, lines))],
  };
}

/** Arrows that go back are laid out the way requests come, and drawn the other way round. */
function edgeOf(edge: Edge, index: number): ElkExtendedEdge {
  const lines = labelLines(edge);
  const [first, second] = edge.isBackward ? [edge.to, edge.from] : [edge.from, edge.to];
  const width = Math.max(0, ...lines.map((line) => widthOf(line, labelSize)));
  return {
    id: `edge ${index}`,
    sources: [first],
    targets: [second],
    ...(lines.length > 0 && {
      labels: [
        {
          text: lines.join('\n'),
          width: width + 8,
          height: lines.length * labelLine + 2,
          layoutOptions: { 'elk.edgeLabels.placement': 'CENTER' },
        },
      ],
    }),
  };
}

/**
 * Tiers of a network stand below each other, and so do Regions, below what stands in none of them: whether or not an arrow says so.
 */
function orderOf({ frames, boxes }: Picture): ElkExtendedEdge[] {
  const regions = frames.filter(({ kind }) => kind === 'region');
  const above = regions.slice(0, 1).flatMap(({ id, parent }) => {
    const beside = boxes.filter(({ frame }) => frame === parent);
    return beside.map((box) => ({ id: `order ${box.id}`, sources: [box.id], targets: [id] }));
  });
  const rows = [
    regions,
    ...frames.filter(({ kind }) => kind === 'vpc').map(({ id }) => frames.filter(({ parent }) => parent === id)),
  ];
  const below = rows.flatMap((row) =>
    row.slice(1).map((lower, i) => ({ id: `order ${lower.id}`, sources: [row[i].id], targets: [lower.id] })),
  );
  return [...above, ...below];
}

function placed(picture: Picture, graph: ElkNode, lines: ReadonlyMap<string, BoxLines>): Layout {
  const nodes = new Map<string, ElkNode & { depth: number }>();
  const visit = (node: ElkNode, depth: number) => {
    nodes.set(node.id, { ...node, depth });
    for (const child of node.children ?? []) visit(child, depth + 1);
  };
  visit(graph, 0);
  const place = (id: string): Rectangle => rectangleOf(nodes.get(id)!);
  const found = new Map((graph.edges ?? []).map((edge) => [edge.id, edge]));
  return {
    width: Math.ceil(graph.width!),
    height: Math.ceil(graph.height!),
    boxes: picture.boxes.map((box) => ({ ...place(box.id), box, lines: lines.get(box.id)! })),
    frames: picture.frames
      .map((frame) => ({ ...place(frame.id), frame, depth: nodes.get(frame.id)!.depth }))
      .sort((a, b) => a.depth - b.depth || byName(a.frame.id, b.frame.id)),
    edges: picture.edges.map((edge, i) => edgeAt(edge, found.get(`edge ${i}`)!)),
  };
}

const round = (value: number | undefined): number => Math.round((value ?? 0) * 2) / 2;
const rectangleOf = ({ x, y, width, height }: Partial<Rectangle>): Rectangle => ({
  x: round(x),
  y: round(y),
  width: round(width),
  height: round(height),
});

function edgeAt(edge: Edge, { sections, labels }: ElkExtendedEdge): PlacedEdge {
  const way = (sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
  const points = squared(way.map(({ x, y }) => ({ x: round(x), y: round(y) })));
  const [label] = labels ?? [];
  return {
    edge,
    points: edge.isBackward ? points.reverse() : points,
    ...(label && { label: { ...rectangleOf(label), lines: label.text!.split('\n') } }),
  };
}

/** Rounding must not make a line slant. */
function squared(points: readonly Point[]): Point[] {
  const result = points.map((point) => ({ ...point }));
  for (let i = 1; i < result.length; i++)
    for (const axis of ['x', 'y'] as const)
      if (Math.abs(result[i][axis] - result[i - 1][axis]) < 1) result[i][axis] = result[i - 1][axis];
  return result;
}
