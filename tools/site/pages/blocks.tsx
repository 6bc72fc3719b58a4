import type { ArchitectureFacts, Facts } from '../../facts';
import type { BlockDoc } from '../api';
import { Html, Table, type Page } from '../layout';
import { inline, markdown } from '../markdown';
import { pathTo, relative } from '../paths';

/** All blocks by domain. */
export function blockIndex(docs: readonly BlockDoc[]): Page {
  const path = pathTo.blocks;
  const domains = [...new Set(docs.map(({ domain }) => domain))].sort();
  return {
    path,
    title: 'Blocks',
    description: 'The reusable constructs that the architectures are made of, by domain.',
    body: (
      <>
        <h1>Blocks</h1>
        <p class="lead">
          What the architectures are made of. They know no profile, context or account: everything comes in as props,
          and what cannot work is refused at synthesis, in words.
        </p>
        {domains.map((domain) => (
          <section>
            <h2 id={domain}>{domain}</h2>
            <ul class="list">
              {docs
                .filter((doc) => doc.domain === domain)
                .map((doc) => (
                  <li>
                    <a href={relative(path, pathTo.block(doc.name))}>{doc.name}</a>{' '}
                    <Html as="span" of={inline(firstSentence(doc.summary))} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </>
    ),
  };
}

/** One block: what it is, its props, what it offers, which claims it realises, where it is used. */
export function blockPage(doc: BlockDoc, { architectures, claims }: Facts): Page {
  const path = pathTo.block(doc.name);
  const to = (target: string) => relative(path, target);
  const realised = claims.filter(({ id }) => doc.claims.includes(id));
  const users = architectures.filter((one) => usesBlock(one, doc));
  return {
    path,
    title: doc.name,
    description: firstSentence(doc.summary).replaceAll('`', ''),
    body: (
      <article>
        <p class="crumbs">
          <a href={to(pathTo.blocks)}>Blocks</a> / {doc.domain}
        </p>
        <h1>{doc.name}</h1>
        <Html of={markdown(doc.summary)} />
        <p>
          <a href={to(pathTo.source(doc.file, doc.line))}>
            <code>{doc.file}</code>
          </a>
        </p>
        {doc.props.length > 0 && (
          <section>
            <h2 id="props">Props</h2>
            <Table
              label="Props"
              head={['prop', 'type', 'what it is', 'default']}
              rows={doc.props.map((prop) => [
                <code>
                  {prop.name}
                  {prop.isOptional ? '?' : ''}
                </code>,
                <code>{prop.type}</code>,
                <Html as="span" of={inline(prop.summary)} />,
                prop.fallback === undefined ? 'required' : <Html as="span" of={inline(prop.fallback)} />,
              ])}
            />
          </section>
        )}
        {doc.members.length > 0 && (
          <section>
            <h2 id="offers">What it offers</h2>
            <dl class="members">
              {doc.members.map((member) => (
                <>
                  <dt>
                    <code>{member.signature}</code>
                  </dt>
                  <dd dangerouslySetInnerHTML={{ __html: inline(member.summary) }} />
                </>
              ))}
            </dl>
          </section>
        )}
        {realised.length > 0 && (
          <section>
            <h2 id="claims">Claims it realises</h2>
            <ul class="list">
              {realised.map((claim) => (
                <li>
                  <a href={to(`${pathTo.domain(claim.domain)}#${claim.id}`)}>
                    <code>{claim.id}</code>
                  </a>{' '}
                  <span class={`state ${claim.state}`}>{claim.state}</span> <Html as="span" of={inline(claim.says)} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {users.length > 0 && (
          <section>
            <h2 id="used">Used in</h2>
            <ul class="list">
              {users.map(({ name, title }) => (
                <li>
                  <a href={to(pathTo.architecture(name))}>{title}</a>
                </li>
              ))}
            </ul>
          </section>
        )}
      </article>
    ),
  };
}

const usesBlock = ({ blocks }: ArchitectureFacts, { name }: BlockDoc): boolean =>
  blocks.some((block) => block.name === name);

export const firstSentence = (text: string): string => /^[^]*?[.:](?=\s|$)/.exec(text)?.[0] ?? text;
