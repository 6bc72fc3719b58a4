import { Html, type Page } from '../layout';
import { introduction, markdown, type Rewrite } from '../markdown';
import { pathTo, relative } from '../paths';

/** A page of the repository's documents as it stands there. */
export function documentPage(file: string, text: string, rewrite: Rewrite): Page {
  return {
    path: pathTo.document(file),
    title: titleOf(file, text),
    description: introduction(text).split('\n\n')[0].replaceAll(/\s+/g, ' ').slice(0, 200) || titleOf(file, text),
    body: (
      <article class="prose">
        <Html of={markdown(text, rewrite)} />
      </article>
    ),
  };
}

/** What there is to read besides the architectures. */
export function documentIndex(documents: ReadonlyMap<string, string>): Page {
  const path = pathTo.document('docs/index.md');
  const link = (file: string) => (
    <li>
      <a href={relative(path, pathTo.document(file))}>{titleOf(file, documents.get(file)!)}</a>
    </li>
  );
  const files = [...documents.keys()].filter((file) => !file.endsWith('0000-template.md'));
  const decisions = files.filter((file) => file.startsWith('docs/decisions/'));
  return {
    path,
    title: 'Guides',
    description: 'How Groundplan is written, measured and decided.',
    body: (
      <>
        <h1>Guides</h1>
        <ul class="list">{files.filter((file) => !decisions.includes(file)).map(link)}</ul>
        <h2>Decisions</h2>
        <ul class="list">{decisions.map(link)}</ul>
      </>
    ),
  };
}

const titleOf = (file: string, text: string): string => /^# (.*)$/m.exec(text)?.[1].replaceAll('`', '') ?? file;
