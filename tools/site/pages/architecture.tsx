import type { ComponentChildren } from 'preact';
import { dollars } from '../../bill';
import type { Claim } from '../../claims/ledger';
import type { Drawing } from '../../diagram/draw';
import { byHand } from '../../docs/page';
import type { ArchitectureFacts } from '../../facts';
import { Html, Path, Table, type Page } from '../layout';
import { inline, introduction, markdown, section, sectionNames, type Rewrite } from '../markdown';
import { pathTo, relative } from '../paths';
import { ClaimItem } from './claims';
import { levelOf } from './gallery';
import { Picture } from './picture';
import { accessTable, billTables, both, leftoverTable, reachTable } from './profiles';

/** The sections of every README; what else one has to say stands before its parts. */
const known = ['Parts', 'What is proven', 'Deploy', 'Try', 'Watch', 'Take away', 'Cost', 'Limits'];

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: ComponentChildren;
}

/** Everything that is known of one architecture. */
export function architecturePage(one: ArchitectureFacts, drawing: Drawing, rewrite: Rewrite): Page {
  const path = pathTo.architecture(one.name);
  const parts = sectionsOf(one, drawing, path, rewrite).filter(({ body }) => body !== undefined);
  return {
    path,
    title: one.title,
    description: one.purpose,
    body: (
      <>
        <p class="crumbs">
          <a href={relative(path, pathTo.gallery)}>Architectures</a>
        </p>
        <h1>{one.title}</h1>
        <p class="lead">{one.purpose}</p>
        <p class="tags">
          <span>{levelOf(one)}</span>
          {one.takesDomain && <span>takes a domain, needs none</span>}
          {one.services.map((service) => (
            <span>{service}</span>
          ))}
        </p>
        <Figures one={one} />
        <div class="with-contents">
          <nav class="contents" aria-label="On this page">
            <ul>
              {parts.map(({ id, title }) => (
                <li>
                  <a href={`#${id}`}>{title}</a>
                </li>
              ))}
            </ul>
          </nav>
          <div class="prose">
            {parts.map(({ id, title, body }) => (
              <section id={id}>
                <h2>{title}</h2>
                {body}
              </section>
            ))}
          </div>
        </div>
      </>
    ),
  };
}

/** What people ask first. */
function Figures({ one }: { one: ArchitectureFacts }) {
  const { sandbox, production } = one.profiles;
  const proven = [...one.claims, ...one.claimsOfBlocks].filter(({ state }) => state === 'proven').length;
  const figures: readonly (readonly [what: string, figure: string | number, of?: string])[] = [
    [
      'a month when nobody calls',
      dollars(sandbox.bill.monthly),
      `USD, ${dollars(production.bill.monthly)} in production`,
    ],
    ['resources', sandbox.resources.length, `${production.resources.length} in production`],
    ['claims proven', proven],
    ['findings accepted, each for a reason', one.acknowledgements.length],
  ];
  return (
    <dl class="figures">
      {figures.map(([what, figure, of]) => (
        <div>
          <dt>{what}</dt>
          <dd>
            {figure} {of !== undefined && <small>{of}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function sectionsOf(one: ArchitectureFacts, drawing: Drawing, path: string, rewrite: Rewrite): Section[] {
  const readme = byHand(one.readme);
  const fromReadme = (heading: string, after?: ComponentChildren): Section => {
    const text = section(readme, heading);
    const body = text === undefined ? undefined : <Html of={markdown(text, rewrite)} />;
    return {
      id: idOf(heading),
      title: heading,
      body: after === undefined ? body : [body, after],
    };
  };
  const others = sectionNames(readme).filter((heading) => !known.includes(heading));
  return [
    { id: 'problem', title: 'The problem', body: <Html of={markdown(introduction(readme), rewrite)} /> },
    { id: 'picture', title: 'The picture', body: <Picture one={one} drawing={drawing} path={path} /> },
    ...others.map((heading) => fromReadme(heading)),
    fromReadme('Parts', <Template one={one} path={path} />),
    fromReadme('What is proven', <Claims one={one} path={path} />),
    { id: 'reach', title: 'Who can reach whom', body: both(one, reachTable) },
    { id: 'access', title: 'Who may do what', body: both(one, accessTable) },
    { id: 'findings', title: 'Rule packs', body: <Findings one={one} /> },
    fromReadme('Deploy'),
    fromReadme('Try'),
    fromReadme('Watch'),
    fromReadme('Take away'),
    { id: 'leftovers', title: 'What stays after a destroy', body: both(one, leftoverTable) },
    { ...fromReadme('Cost', <Cost one={one} />), title: 'What it costs' },
    fromReadme('Limits'),
  ];
}

const idOf = (heading: string): string => heading.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

const Template = ({ one, path }: { one: ArchitectureFacts; path: string }) => (
  <p>
    <a href={relative(path, pathTo.resources(one.name))}>
      All {one.profiles.sandbox.resources.length} resources of the template
    </a>
    , to search, each with the line that made it.
  </p>
);

function Cost({ one }: { one: ArchitectureFacts }) {
  return (
    <>
      {both(one, billTables)}
      {one.variants.length > 0 && (
        <>
          <h3>In other strengths</h3>
          <Table
            label="What variants cost"
            head={['-c variant=', 'what', 'sandbox', 'production']}
            rows={one.variants.map(({ name, what, monthly }) => [
              <code>{name}</code>,
              what,
              dollars(monthly.sandbox),
              dollars(monthly.production),
            ])}
          />
        </>
      )}
    </>
  );
}

function Claims({ one, path }: { one: ArchitectureFacts; path: string }) {
  const proven = one.claimsOfBlocks.filter(({ state }) => state === 'proven');
  const list = (claims: readonly Claim[]) => (
    <ul class="claims">
      {claims.map((claim) => (
        <ClaimItem claim={claim} from={path} />
      ))}
    </ul>
  );
  return (
    <>
      <h3>Claims</h3>
      {one.claims.length > 0 && (
        <details class="fold">
          <summary>
            {one.claims.length} {one.claims.length === 1 ? 'claim' : 'claims'} of its own, each with its tests
          </summary>
          {list(one.claims)}
        </details>
      )}
      {proven.length > 0 && (
        <details class="fold">
          <summary>
            {proven.length} {proven.length === 1 ? 'claim' : 'claims'} that its blocks prove
          </summary>
          {list(proven)}
        </details>
      )}
      {one.claims.length + proven.length === 0 && <p>It proves none of the claims of the notes.</p>}
    </>
  );
}

function Findings({ one }: { one: ArchitectureFacts }) {
  const findings = one.findings();
  const packs = [...new Set(findings.map(({ pack }) => pack))].sort();
  const count = (pack: string, open: boolean) =>
    findings.filter((finding) => finding.pack === pack && (finding.acknowledged === undefined) === open).length;
  return (
    <>
      <Table
        label="Findings by rule pack"
        head={['rule pack', 'open', 'accepted']}
        rows={packs.map((pack) => [pack, count(pack, true), count(pack, false)])}
      />
      {one.acknowledgements.length > 0 && (
        <details class="fold">
          <summary>{one.acknowledgements.length} findings accepted, each with its reason</summary>
          <Table
            label="Accepted findings"
            head={['where', 'finding', 'reason']}
            rows={one.acknowledgements.map(({ path, id, reason }) => [
              <Path of={path} />,
              <code>{id.split('::').at(-1)}</code>,
              reason,
            ])}
          />
        </details>
      )}
    </>
  );
}

/** What a person finds by searching, one line of text each. */
export const searchText = (one: ArchitectureFacts): string =>
  inline([one.purpose, ...one.services, ...one.domains].join(' ')).replaceAll(/<[^>]+>/g, '');
