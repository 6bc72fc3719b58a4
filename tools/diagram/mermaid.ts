import { lookOf } from './legend';
import type { Picture } from './model/picture';

/** The picture as text that GitHub and others draw by themselves, without icons. */
export function mermaidOf({ frames, boxes, edges }: Picture): string {
  const ids = new Map([...frames, ...boxes].map(({ id }, i) => [id, `n${i}`]));
  const boxesIn = (frame: string | undefined, indent: string) =>
    boxes
      .filter((box) => box.frame === frame)
      .map(({ id, name, what, note }) => {
        const words = [name, ...(what.toLowerCase() === name.toLowerCase() || frame === undefined ? [] : [what]), note];
        return `${indent}${ids.get(id)}["${words
          .filter((word) => word !== undefined)
          .map(escaped)
          .join('<br/>')}"]`;
      });
  const framesIn = (parent: string | undefined, indent: string): string[] =>
    frames
      .filter((frame) => frame.parent === parent)
      .flatMap(({ id, name, note, zones }) => {
        const blocks = zones.map(({ name: zone, block }) => `${zone} ${block}`.trim());
        const title = [name, note, blocks.join(', ')].filter(Boolean).join(': ');
        return [
          `${indent}subgraph ${ids.get(id)}["${escaped(title)}"]`,
          ...framesIn(id, `${indent}  `),
          ...boxesIn(id, `${indent}  `),
          `${indent}end`,
        ];
      });
  const arrows = edges.map(({ from, to, kind, label }) => {
    const text = label.length === 0 ? '' : `|"${label.map(escaped).join('<br/>')}"|`;
    return `  ${ids.get(from)} ${lookOf(kind) === 'helper' ? '-.->' : '-->'}${text} ${ids.get(to)}`;
  });
  return ['flowchart TB', ...boxesIn(undefined, '  '), ...framesIn(undefined, '  '), ...arrows].join('\n');
}

const escaped = (text: string): string => text.replace(/["<>{}[\]|#]/g, (letter) => `#${letter.codePointAt(0)};`);
