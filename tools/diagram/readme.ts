const generated = /<!-- picture -->[^]*<!-- \/picture -->/;

/**
 * The README with the picture and its text between the markers.
 *
 * @param file its path, for the message
 * @throws when it has no markers
 */
export function withPicture(readme: string, mermaid: string, title: string, file: string): string {
  if (!generated.test(readme))
    throw new Error(
      `${file} has no place for its picture; put <!-- picture --> and <!-- /picture --> below its first paragraph`,
    );
  const part = [
    '<!-- picture -->',
    `![${title}: what it is made of and what connects to what](picture.svg)`,
    '<details>\n<summary>The picture as text</summary>',
    `\`\`\`mermaid\n${mermaid}\n\`\`\``,
    '</details>',
    '<!-- /picture -->',
  ].join('\n\n');
  return readme.replace(generated, () => part);
}
