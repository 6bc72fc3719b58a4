import type { Stack } from '../template/stack';
import { keptLayout } from './cached';
import type { Layout } from './layout';
import { mermaidOf } from './mermaid';
import { pictureOf } from './model/build';
import type { Picture } from './model/picture';
import { svgOf } from './svg';

export interface Drawing {
  readonly picture: Picture;
  readonly layout: Layout;
  readonly svg: string;
  readonly mermaid: string;
}

/** Draws the templates of one architecture. The same templates always make the same drawing, to the byte. */
export async function draw(title: string, templates: readonly Stack[]): Promise<Drawing> {
  const picture = pictureOf(title, templates);
  const layout = await keptLayout(picture);
  return { picture, layout, svg: svgOf(picture, layout), mermaid: mermaidOf(picture) };
}
