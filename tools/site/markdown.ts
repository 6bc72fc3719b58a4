import MarkdownIt from 'markdown-it';

/** What to do with a link: another address, or `undefined` for text alone. */
export type Rewrite = (href: string) => string | undefined;

const keepAll: Rewrite = (href) => href;

/** Markdown as HTML. Raw HTML stays text, headings get ids, code keeps its language, and tables scroll by themselves. */
export function markdown(text: string, rewrite: Rewrite = keepAll): string {
  return renderer(rewrite).render(withoutComments(text));
}

/** One line of Markdown as HTML, without a paragraph around it. */
export const inline = (text: string, rewrite: Rewrite = keepAll): string => renderer(rewrite).renderInline(text);

/** The text of a heading as the id GitHub gives it. */
export const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

/** The part of a page below one of its headings of the second rank, without the heading; undefined if there is none. */
export function section(text: string, heading: string): string | undefined {
  const [, ...parts] = text.split(/^## /m);
  const part = parts.find((one) => one.split('\n')[0].trim() === heading);
  return part?.slice(part.indexOf('\n') + 1).trim();
}

/** The headings of the second rank. */
export const sectionNames = (text: string): string[] =>
  [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading.trim());

/** What stands between the title of a page and its first heading of the second rank. */
export const introduction = (text: string): string =>
  text
    .replace(/^# .*\n/, '')
    .split(/^## /m)[0]
    .trim();

/** Marks for generated parts are for the programs that write them. */
const withoutComments = (text: string): string => text.replaceAll(/^<!--.*-->\n?/gm, '');

function renderer(rewrite: Rewrite): MarkdownIt.MarkdownIt {
  const md = new MarkdownIt({ html: false, linkify: false, typographer: false });
  const plain = md.renderer.renderToken.bind(md.renderer);
  md.renderer.rules.heading_open = (tokens, index, options) => {
    tokens[index].attrSet('id', slug(tokens[index + 1].content));
    return plain(tokens, index, options);
  };
  md.renderer.rules.table_open = () => '<div class="scroll" tabindex="0"><table>\n';
  md.renderer.rules.table_close = () => '</table></div>\n';
  md.renderer.rules.fence = (tokens, index) => {
    const { content, info } = tokens[index];
    if (info.startsWith('mermaid')) return '';
    const language = info.split(/\s/)[0];
    const copy = ['sh', 'console', 'bash'].includes(language) ? ' data-copy' : '';
    return `<pre${copy} tabindex="0"><code>${md.utils.escapeHtml(content)}</code></pre>\n`;
  };
  // Paths and names with colons may go on in the next line.
  md.renderer.rules.code_inline = (tokens, index) =>
    `<code>${md.utils.escapeHtml(tokens[index].content).replaceAll(/(?<=[/:])(?=\w)/g, '<wbr>')}</code>`;
  md.core.ruler.push('links', (state) => {
    for (const block of state.tokens) {
      let dropped = false;
      block.children = (block.children ?? []).filter((token) => {
        if (token.type === 'link_close' && dropped) {
          dropped = false;
          return false;
        }
        if (token.type !== 'link_open') return true;
        const href = rewrite(String(token.attrGet('href')));
        dropped = href === undefined;
        if (href !== undefined) token.attrSet('href', href);
        return !dropped;
      });
    }
  });
  return md;
}
