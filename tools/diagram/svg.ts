import { describe } from './describe';
import { iconOf } from './icons';
import { labelLine } from './labels';
import {
  iconSize,
  lineHeight,
  type Layout,
  type PlacedBox,
  type PlacedEdge,
  type PlacedFrame,
  type Point,
} from './layout';
import { lookOf } from './legend';
import type { FrameKind, Picture } from './model/picture';
import { styleSheetFor } from './theme';

/** Draws a picture that has been laid out. */
export function svgOf(picture: Picture, layout: Layout): string {
  const { width, height } = layout;
  const icons = new Map<string, string>();
  const names = [
    ...new Set([
      ...layout.boxes.map(({ box }) => box.icon),
      ...layout.frames.map(({ frame }) => frameIcons[frame.kind]),
    ]),
  ].sort();
  const id = picture.title.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase();
  const symbols = names.map((name, i) => {
    const symbol = `${id}-${i}`;
    icons.set(name, symbol);
    const icon = iconOf(name, symbol);
    return `<symbol id="${symbol}" viewBox="0 0 ${icon.size} ${icon.size}">${icon.content}</symbol>`;
  });
  const draw = <Item>(items: readonly Item[], one: (item: Item) => string) => items.map(one).join('\n');
  const drawing = [
    `<rect class="p" width="${width}" height="${height}" rx="8"/>`,
    draw(layout.frames, (one) => frame(one, icons.get(frameIcons[one.frame.kind])!)),
    draw(layout.edges, line),
    draw(layout.frames, zoneNames),
    draw(layout.boxes, (one) => box(one, icons.get(one.box.icon)!)),
    draw(layout.edges, label),
  ].join('\n');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="gp" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escaped(picture.title)}</title>`,
    `<desc id="${id}-desc">${escaped(describe(picture).join(' '))}</desc>`,
    `<style>${styleSheetFor(drawing)}</style>`,
    `<defs>${symbols.join('')}</defs>`,
    drawing,
    '</svg>\n',
  ].join('\n');
}

const frameIcons: Readonly<Record<FrameKind, string>> = {
  cloud: 'architecture-group/AWSCloudlogo',
  region: 'architecture-group/Region',
  vpc: 'architecture-group/VirtualprivatecloudVPC',
  public: 'architecture-group/Publicsubnet',
  private: 'architecture-group/Privatesubnet',
  isolated: 'architecture-group/Privatesubnet',
};

const frameClasses: Readonly<Record<FrameKind, string>> = {
  cloud: 'c',
  region: 'g',
  vpc: 'v',
  public: 'p',
  private: 'r',
  isolated: 'i',
};

function frame({ frame: { id, kind, name, note, zones }, x, y, width, height }: PlacedFrame, icon: string): string {
  const letter = frameClasses[kind];
  const side = 22;
  const title = `<text class="b t${letter}" x="${x + side + 8}" y="${y + 16}">${escaped(name)}<tspan class="s" font-weight="400" dx="6">${escaped(note ?? words[kind] ?? '')}</tspan></text>`;
  const step = zones.length > 0 ? (width - 16) / zones.length : 0;
  const strips = zones.map((_, i) => {
    const left = x + 8 + i * step + 2;
    return `<rect class="z f${letter}" x="${trim(left)}" y="${trim(y + height - 25)}" width="${trim(step - 4)}" height="19" rx="3"/>`;
  });
  return (
    `<g data-part="${escaped(id)}"><rect class="f${letter}" x="${x}" y="${y}" width="${width}" height="${height}"/>` +
    `<use href="#${icon}" x="${x}" y="${y}" width="${side}" height="${side}"/>${title}${strips.join('')}</g>`
  );
}

/** The names of zones, legible where a line passes. */
function zoneNames({ frame: { kind, zones }, x, y, width, height }: PlacedFrame): string {
  const step = (width - 16) / zones.length;
  return zones
    .map(({ name, block }, i) => {
      const text = [name, block].filter(Boolean).join(' · ');
      return `<text class="m k${frameClasses[kind]}" x="${trim(x + 8 + (i + 0.5) * step)}" y="${trim(y + height - 12)}">${escaped(text)}</text>`;
    })
    .join('');
}

const words: Readonly<Partial<Record<FrameKind, string>>> = {
  public: 'public',
  private: 'private',
  isolated: 'isolated',
};

function box({ box: { id, icon: file }, lines, x, y, width, height }: PlacedBox, icon: string): string {
  const middle = trim(x + width / 2);
  let top = y + iconSize + 8 + 14;
  const text = [...lines.name.map((one) => ['n', one] as const), ...lines.what.map((one) => ['s', one] as const)].map(
    ([kind, one]) => {
      const at = `<text class="m ${kind}" x="${middle}" y="${trim(top)}">${escaped(one)}</text>`;
      top += lineHeight;
      return at;
    },
  );
  const glyph = file.startsWith('resource/') ? ' class="i"' : '';
  return (
    `<g data-part="${escaped(id)}"><rect class="c" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>` +
    `<use${glyph} href="#${icon}" x="${trim(x + width / 2 - iconSize / 2)}" y="${y + 8}" width="${iconSize}" height="${iconSize}"/>${text.join('')}</g>`
  );
}

function line({ edge: { kind }, points }: PlacedEdge): string {
  const [last, before] = [points.at(-1)!, points.at(-2)!];
  const look = lookOf(kind);
  const isFailure = look === 'failure';
  const classes = ['e', ...(isFailure ? ['ef'] : []), ...(look === 'helper' ? ['d'] : [])].join(' ');
  const end = { x: last.x - Math.sign(last.x - before.x) * 6, y: last.y - Math.sign(last.y - before.y) * 6 };
  return `<path class="${classes}" d="${pathOf([...points.slice(0, -1), end])}"/><path class="h${isFailure ? 'f' : ''}" d="${headOf(before, last)}"/>`;
}

/** Straight lines with rounded corners. */
function pathOf(points: readonly Point[]): string {
  const radius = 5;
  const steps = points.map((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]] as (Point | undefined)[];
    if (!before) return `M${trim(point.x)} ${trim(point.y)}`;
    if (!after) return `L${trim(point.x)} ${trim(point.y)}`;
    const room = Math.min(radius, distance(before, point) / 2, distance(point, after) / 2);
    const [start, stop] = [towards(point, before, room), towards(point, after, room)];
    return `L${trim(start.x)} ${trim(start.y)}Q${trim(point.x)} ${trim(point.y)} ${trim(stop.x)} ${trim(stop.y)}`;
  });
  return steps.join('');
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
const towards = (from: Point, to: Point, by: number): Point => ({
  x: from.x + Math.sign(to.x - from.x) * by,
  y: from.y + Math.sign(to.y - from.y) * by,
});

function headOf(before: Point, tip: Point): string {
  const [dx, dy] = [Math.sign(tip.x - before.x), Math.sign(tip.y - before.y)];
  const back = { x: tip.x - dx * 8, y: tip.y - dy * 8 };
  return `M${trim(tip.x)} ${trim(tip.y)}L${trim(back.x - dy * 4)} ${trim(back.y - dx * 4)}L${trim(back.x + dy * 4)} ${trim(back.y + dx * 4)}z`;
}

function label({ label: placed }: PlacedEdge): string {
  if (!placed) return '';
  return placed.lines
    .map(
      (text, i) =>
        `<text class="l" x="${trim(placed.x + 4)}" y="${trim(placed.y + 11 + i * labelLine)}">${escaped(text)}</text>`,
    )
    .join('');
}

const trim = (value: number): string => String(Math.round(value * 10) / 10);
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
