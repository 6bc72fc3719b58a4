import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../facts';
import type { Page } from '../layout';
import { pathTo } from '../paths';

/** A source file with its line numbers, so that a claim can point at the very test. */
export function sourcePage(file: string): Page {
  const lines = readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n').trimEnd().split('\n');
  return {
    path: pathTo.source(file),
    title: file,
    description: `The source of ${file}.`,
    body: (
      <article>
        <h1 class="file">{file}</h1>
        <pre class="source" tabIndex={0}>
          {lines.map((line, index) => (
            <span id={`L${index + 1}`}>{line + '\n'}</span>
          ))}
        </pre>
      </article>
    ),
  };
}
