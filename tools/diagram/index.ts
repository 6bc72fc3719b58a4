import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { catalogue } from '../../lib/catalogue';
import { loadTemplates } from '../template/load';
import { draw } from './draw';
import { partsOf } from './model/picture';

const usage = `say one thing to draw:
diagram <template.json | cdk.out | architecture profile=production> --out picture.svg
diagram <the same> --parts                 which resources each box stands for, as JSON

The pictures in the READMEs are drawn by npm run docs.`;

/**
 * Draws the picture of an architecture, or of any template.
 *
 * @returns 0 when it is drawn, 2 when there is nothing to draw
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await drawn(read(args));
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

interface Request {
  readonly words: readonly string[];
  readonly out?: string;
  readonly parts: boolean;
}

function read(args: readonly string[]): Request {
  const words: string[] = [];
  let out: string | undefined;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--out') {
      out = args[++i];
      if (out === undefined) throw new Error('--out needs the name of a file behind it, such as --out picture.svg');
    } else if (!args[i].startsWith('--')) words.push(args[i]);
    else if (args[i] !== '--parts') throw new Error(`there is no option ${args[i]}; ${usage}`);
  }
  return { words, ...(out !== undefined && { out }), parts: args.includes('--parts') };
}

async function drawn({ words, out, parts }: Request): Promise<number> {
  const settings = words.filter((word) => /^[a-zA-Z]+=/.test(word));
  const [target, ...more] = words.filter((word) => !settings.includes(word));
  if (target === undefined || more.length > 0) throw new Error(usage);
  const title =
    catalogue.find(({ name }) => name === target)?.title ?? basename(target).replace(/(\.template)?\.json$/, '');
  const { picture, svg } = await draw(title, loadTemplates(target, settings));
  if (parts) {
    console.log(JSON.stringify(partsOf(picture), undefined, 2));
    return 0;
  }
  const file = out ?? `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.svg`;
  writeFileSync(file, svg);
  console.log(`Drawn: ${file}, ${picture.boxes.length} boxes and ${picture.edges.length} arrows`);
  return 0;
}
