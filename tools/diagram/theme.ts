/** The colours of a picture; frames have those of AWS's own drawings. */
interface Palette {
  readonly page: string;
  readonly card: string;
  readonly rim: string;
  readonly ink: string;
  readonly soft: string;
  readonly cloud: string;
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
  vpc: '#a97dff',
  public: '#9bc53d',
  publicFill: '#18200f',
  private: '#2fc2c5',
  privateFill: '#0c2022',
  isolated: '#5cb0e0',
  isolatedFill: '#0e1d29',
  failure: '#ff7a7a',
};

const rules = (palette: Palette, scope: string): string =>
  [
    [`.p`, `fill:${palette.page}`],
    [`.c`, `fill:${palette.card};stroke:${palette.rim}`],
    [`.i`, `color:${palette.ink}`],
    [`.n`, `fill:${palette.ink}`],
    [`.s`, `fill:${palette.soft}`],
    [`.l`, `fill:${palette.soft};stroke:${palette.page}`],
    [`.e`, `stroke:${palette.soft}`],
    [`.h`, `fill:${palette.soft}`],
    [`.ef`, `stroke:${palette.failure}`],
    [`.hf`, `fill:${palette.failure}`],
    [`.fc`, `stroke:${palette.cloud}`],
    [`.fv`, `stroke:${palette.vpc}`],
    [`.fp`, `stroke:${palette.public};fill:${palette.publicFill}`],
    [`.fr`, `stroke:${palette.private};fill:${palette.privateFill}`],
    [`.fi`, `stroke:${palette.isolated};fill:${palette.isolatedFill}`],
    [`.tc`, `fill:${palette.cloud}`],
    [`.tv`, `fill:${palette.vpc}`],
    [`.tp`, `fill:${palette.public}`],
    [`.tr`, `fill:${palette.private}`],
    [`.ti`, `fill:${palette.isolated}`],
    [`.kp`, `fill:${palette.soft};stroke:${palette.publicFill}`],
    [`.kr`, `fill:${palette.soft};stroke:${palette.privateFill}`],
    [`.ki`, `fill:${palette.soft};stroke:${palette.isolatedFill}`],
  ]
    .map(([selector, style]) => `${scope} ${selector}{${style}}`)
    .join('');

/**
 * The style sheet of a picture. By itself a picture follows the reader's system; within a page that sets `data-theme` it
 * follows the page.
 */
export const styleSheet = [
  '.gp text{font-family:Arial,Helvetica,"Liberation Sans",sans-serif;font-size:11.5px}',
  '.gp .n,.gp .b{font-size:13px;font-weight:700}',
  '.gp .m{text-anchor:middle}',
  '.gp .c{rx:6px}',
  '.gp .e{fill:none;stroke-width:1.5}',
  '.gp .d{stroke-dasharray:5 4}',
  '.gp .l,.gp .kp,.gp .kr,.gp .ki{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}',
  rules(light, '.gp'),
  `@media(prefers-color-scheme:dark){${rules(dark, '.gp')}}`,
  rules(light, '[data-theme=light] .gp'),
  rules(dark, '[data-theme=dark] .gp'),
  '.gp .fc,.gp .fv,.gp rect.z{fill:none}',
  '.gp .z{stroke-dasharray:4 4;stroke-opacity:.55}',
].join('');
