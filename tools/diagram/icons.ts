import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shortened } from './paths';

/** An icon ready to be put into another SVG. */
export interface Icon {
  /** Side of the square it is drawn in. */
  readonly size: number;
  readonly content: string;
}

let folder: string | undefined;

/**
 * An icon of AWS's set, without its frame and title.
 *
 * @param name its file below the `icons` of `aws-icons`, without its ending
 * @param prefix put before the ids in it, which would else clash with those of other icons
 */
export function iconOf(name: string, prefix: string): Icon {
  folder ??= join(dirname(require.resolve('aws-icons/package.json')), 'icons');
  const file = readFileSync(join(folder, `${name}.svg`), 'utf8');
  const [, size] = /viewBox="0 0 (\d+) \d+"/.exec(file) ?? [];
  if (size === undefined) throw new Error(`the icon ${name} has no square viewBox; choose another in kinds.ts`);
  const content = file
    .replace(/^[^]*?<svg[^>]*>|<\/svg>\s*$/g, '')
    .replace(/<title>[^<]*<\/title>/g, '')
    .replace(/ d="([^"]+)"/g, (_, path: string) => ` d="${shortened(path)}"`)
    // Glyphs of no service are dark ink, which has to turn light with the rest.
    .replace(/fill="#(?:242f3e|232f3d|232f3e)"/gi, 'fill="currentColor"')
    .replace(/\bid="([^"]+)"/g, `id="${prefix}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${prefix}-$1)`)
    .replace(/href="#([^"]+)"/g, `href="#${prefix}-$1"`);
  return { size: Number(size), content };
}
