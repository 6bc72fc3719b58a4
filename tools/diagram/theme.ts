/** The colours of a picture; frames have those of AWS's own drawings. */
interface Palette {
  readonly page: string;
  readonly card: string;
  readonly rim: string;
  readonly ink: string;
  readonly soft: string;
  readonly cloud: string;
  readonly region: string;
  readonly vpc: string;
  readonly public: string;
  readonly publicFill: string;
  readonly private: string;
  readonly privateFill: string;
  readonly isolated: string;
  readonly isolatedFill: string;
  readonly failure: string;
}

const light: Palette = {
  page: '#fff',
  card: '#fff',
  rim: '#d5dbdb',
  ink: '#16191f',
  soft: '#545b64',
  cloud: '#242f3e',
  region: '#00857f',
  vpc: '#8c4fff',
  public: '#5a7d10',
  publicFill: '#f2f6e8',
  private: '#007d80',
  privateFill: '#e6f6f7',
  isolated: '#147eba',
  isolatedFill: '#e6f2f8',
  failure: '#c7131f',
};

const dark: Palette = {
  page: '#0f141a',
  card: '#192028',
  rim: '#3a4553',
  ink: '#f0f3f6',
  soft: '#a9b4c0',
  cloud: '#8d99a8',
  region: '#2fc2b8',
  vpc: '#a97dff',
  public: '#9bc53d',
  publicFill: '#18200f',
  private: '#2fc2c5',
  privateFill: '#0c2022',
  isolated: '#5cb0e0',
  isolatedFill: '#0e1d29',
  failure: '#ff7a7a',
};

type Rule = readonly [selector: string, style: string];

const rulesOf = (palette: Palette): Rule[] => [
  ['.p', `fill:${palette.page}`],
  ['.c', `fill:${palette.card};stroke:${palette.rim}`],
  ['.i', `color:${palette.ink}`],
  ['.n', `fill:${palette.ink}`],
  ['.s', `fill:${palette.soft}`],
  ['.l', `fill:${palette.soft};stroke:${palette.page}`],
  ['.e', `stroke:${palette.soft}`],
  ['.h', `fill:${palette.soft}`],
  ['.ef', `stroke:${palette.failure}`],
  ['.hf', `fill:${palette.failure}`],
  ['.fc', `stroke:${palette.cloud}`],
  ['.fg', `stroke:${palette.region}`],
  ['.fv', `stroke:${palette.vpc}`],
  ['.fp', `stroke:${palette.public};fill:${palette.publicFill}`],
  ['.fr', `stroke:${palette.private};fill:${palette.privateFill}`],
  ['.fi', `stroke:${palette.isolated};fill:${palette.isolatedFill}`],
  ['.tc', `fill:${palette.cloud}`],
  ['.tg', `fill:${palette.region}`],
  ['.tv', `fill:${palette.vpc}`],
  ['.tp', `fill:${palette.public}`],
  ['.tr', `fill:${palette.private}`],
  ['.ti', `fill:${palette.isolated}`],
  ['.kp', `fill:${palette.soft};stroke:${palette.publicFill}`],
  ['.kr', `fill:${palette.soft};stroke:${palette.privateFill}`],
  ['.ki', `fill:${palette.soft};stroke:${palette.isolatedFill}`],
];

const shapes: readonly Rule[] = [
  ['text', 'font-family:Arial,Helvetica,"Liberation Sans",sans-serif;font-size:11.5px'],
  ['.n', 'font-size:13px;font-weight:700'],
  ['.b', 'font-size:13px;font-weight:700'],
  ['.m', 'text-anchor:middle'],
  ['.e', 'fill:none;stroke-width:1.5'],
  ['.d', 'stroke-dasharray:5 4'],
  ...['.l', '.kp', '.kr', '.ki'].map((one): Rule => [one, 'paint-order:stroke;stroke-width:4px;stroke-linejoin:round']),
];

/** Frames that are only a line, and zones, whatever the colours say. */
const outlines: readonly Rule[] = [
  ['.fc', 'fill:none'],
  ['.fg', 'fill:none;stroke-dasharray:6 4'],
  ['.fv', 'fill:none'],
  ['rect.z', 'fill:none'],
  ['.z', 'stroke-dasharray:4 4;stroke-opacity:.55'],
];

/** Rules of the same style stand together, those that nothing wears not at all. */
function written(rules: readonly Rule[], scope: string, isWorn: (name: string) => boolean): string {
  const worn = rules.filter(([selector]) => {
    const [, name] = /\.(\w+)$/.exec(selector) ?? [];
    return name === undefined || isWorn(name);
  });
  return [...new Set(worn.map(([, style]) => style))]
    .map((style) => {
      const selectors = worn.filter((rule) => rule[1] === style).map(([selector]) => `${scope} ${selector}`);
      return `${selectors.join(',')}{${style}}`;
    })
    .join('');
}

/**
 * The style sheet of a picture, which follows the reader's system.
 *
 * @param drawing what is to be styled; rules for what it does not hold are left out
 */
export function styleSheetFor(drawing: string): string {
  const names = new Set([...drawing.matchAll(/class="([^"]*)"/g)].flatMap(([, list]) => list.split(' ')));
  return styleSheetOf((name) => names.has(name));
}

function styleSheetOf(isWorn: (name: string) => boolean): string {
  return [
    written(shapes, '.gp', isWorn),
    written(rulesOf(light), '.gp', isWorn),
    `@media(prefers-color-scheme:dark){${written(rulesOf(dark), '.gp', isWorn)}}`,
    written(outlines, '.gp', isWorn),
  ].join('');
}

/** For a page with pictures in it, which have no style of their own there, and that can be switched by its `data-theme`. */
export const pageStyleSheet = [
  styleSheetOf(() => true),
  ...(['light', 'dark'] as const).map((theme) => {
    const scope = `[data-theme=${theme}] .gp`;
    const all = (): boolean => true;
    return written(rulesOf(theme === 'light' ? light : dark), scope, all) + written(outlines.slice(0, 4), scope, all);
  }),
].join('\n');
