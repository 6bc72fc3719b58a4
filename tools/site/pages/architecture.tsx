import type { ComponentChildren } from 'preact';
import type { ArchitectureFacts, ProfileFacts, ResourceFact } from '../../facts';
import type { Claim } from '../../claims/ledger';
import { compactActions } from '../../access/words';
import { trafficOf } from '../../reachability/table';
import type { Drawing } from '../../diagram/draw';
import { partsOf } from '../../diagram/model/picture';
import { byHand } from '../../docs/page';
import { dollars, grouped, rate } from '../../bill';
import { fates } from '../../teardown/leftovers';
import { Html, Table, type Page } from '../layout';
import { inline, introduction, markdown, section, type Rewrite } from '../markdown';
import { pathTo, relative } from '../paths';
import { ClaimItem } from './claims';
import { levelOf } from './gallery';

/** The sections of a README that are shown where they stand, in the order people need them. */
const commands = ['Deploy', 'Try', 'Watch', 'Take away'] as const;

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

function sectionsOf(one: ArchitectureFacts, drawing: Drawing, path: string, rewrite: Rewrite): Section[] {
  const { readme } = one;
  const fromReadme = (heading: string): Section => {
    const text = section(readme, heading);
    return {
      id: idOf(heading),
      title: heading,
      body: text === undefined ? undefined : <Html of={markdown(byHand(text), rewrite)} />,
    };
  };
  return [
    {
      id: 'problem',
      title: 'The problem',
      body: <Html of={markdown(introduction(byHand(readme)), rewrite)} />,
    },
    { id: 'picture', title: 'The picture', body: <Picture drawing={drawing} /> },
    fromReadme('Parts'),
    fromReadme('What is proven'),
    { id: 'claims', title: 'Claims', body: <Claims one={one} path={path} /> },
    ...commands.map(fromReadme),
    { id: 'reach', title: 'Who can reach whom', body: both(one, reachTable) },
    { id: 'access', title: 'Who may do what', body: both(one, accessTable) },
    { id: 'findings', title: 'Rule packs', body: <Findings one={one} /> },
    { id: 'cost', title: 'What it costs', body: <Cost one={one} rewrite={rewrite} /> },
    { id: 'leftovers', title: 'What stays after a destroy', body: both(one, leftoverTable) },
    fromReadme('Limits'),
    { id: 'template', title: 'The template', body: <Resources one={one} path={path} /> },
  ];
}

const idOf = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-');

/** Both profiles of something, once where they are alike; nothing where neither has it. */
function both(one: ArchitectureFacts, view: (facts: ProfileFacts) => ComponentChildren): ComponentChildren {
  const { sandbox, production } = one.profiles;
  const [first, second] = [view(sandbox), view(production)];
  if (JSON.stringify(first) === JSON.stringify(second)) return first;
  return (
    <>
      <h3>In a sandbox</h3>
      {first ?? <p>Nothing.</p>}
      <details>
        <summary>In production</summary>
        {second ?? <p>Nothing.</p>}
      </details>
    </>
  );
}

function reachTable({ reach }: ProfileFacts): ComponentChildren {
  if (reach.length === 0) return <p>Nothing in it stands in a network.</p>;
  const doubts = [...new Set(reach.flatMap((row) => row.doubts))];
  return (
    <>
      <Table
        label="Who can reach whom"
        head={['from', 'to', 'on', 'by']}
        rows={reach.map((row) => [row.from, row.to, trafficOf(row), row.by])}
      />
      {doubts.length > 0 && (
        <>
          <p>“Perhaps”, because the template leaves open:</p>
          <ul>
            {doubts.map((doubt) => (
              <li>{doubt}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function accessTable({ access }: ProfileFacts): ComponentChildren {
  if (access.length === 0) return <p>Nobody acts in it.</p>;
  return (
    <Table
      label="Who may do what"
      head={['who', 'may do', 'on', 'when']}
      rows={access.flatMap(({ name, grants }) =>
        grants.length === 0
          ? [[name, 'nothing', '', '']]
          : grants.map((grant, index) => [
              index === 0 ? name : '',
              compactActions(grant.actions),
              grant.resource,
              grant.when ?? '',
            ]),
      )}
    />
  );
}

function leftoverTable({ leftovers }: ProfileFacts): ComponentChildren {
  if (leftovers.length === 0) return <p>Nothing is left over, and nothing stands in the way.</p>;
  return (
    <Table
      label="What stays after a destroy"
      head={['resource', 'what happens', 'why, and what to do']}
      rows={leftovers.map(({ path, kind, why }) => [path, fates[kind], why])}
    />
  );
}

function Cost({ one, rewrite }: { one: ArchitectureFacts; rewrite: Rewrite }) {
  const text = section(one.readme, 'Cost');
  return (
    <>
      {text !== undefined && <Html of={markdown(byHand(text), rewrite)} />}
      {both(one, billTables)}
    </>
  );
}

function billTables({ bill }: ProfileFacts): ComponentChildren {
  return (
    <>
      <p>
        <strong>{dollars(bill.monthly)}</strong> a month when nobody calls it, and {dollars(bill.example.monthly)} more
        for {bill.example.what}. Prices of {bill.region} on {bill.asOf}, in US dollars, before taxes and free
        allowances.
      </p>
      {bill.fixed.length > 0 && (
        <Table
          label="What it costs when nobody calls it"
          head={['what', 'units', 'each', 'a month']}
          rows={grouped(bill.fixed).map((group) => [group.what, group.units, rate(group), dollars(group.monthly)])}
        />
      )}
      {bill.usage.length > 0 && (
        <details>
          <summary>What use costs</summary>
          <Table
            label="What use costs"
            head={['what', 'where', 'price', 'in the example']}
            rows={bill.usage.map((line) => [
              `${line.service}: ${line.words}`,
              line.path.split('/').slice(1).join('/'),
              rate(line),
              line.monthly === undefined ? '' : dollars(line.monthly),
            ])}
          />
        </details>
      )}
      {bill.unpriced.length > 0 && (
        <p>Billed, but not counted here: {bill.unpriced.map(({ type, why }) => `${type} (${why})`).join('; ')}.</p>
      )}
    </>
  );
}

/** The picture, and what each of its boxes stands for. */
function Picture({ drawing }: { drawing: Drawing }) {
  return (
    <>
      <Html class="picture" of={drawing.svg} />
      <details class="parts">
        <summary>What each box stands for</summary>
        <ul class="list">
          {partsOf(drawing.picture)
            .filter(({ resources }) => resources.length > 0)
            .map(({ id, name, what, resources }) => (
              <li data-for={id}>
                <strong>{name}</strong> <small>{what}</small>
                <ul>
                  {resources.map(({ logicalId, path }) => (
                    <li>
                      <a href={`#${logicalId}`}>{path}</a>
                    </li>
                  ))}
                </ul>
              </li>
            ))}
        </ul>
      </details>
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
      {one.claims.length > 0 && list(one.claims)}
      {proven.length > 0 && (
        <details open={one.claims.length === 0}>
          <summary>{proven.length} claims that its blocks prove</summary>
          {list(proven)}
        </details>
      )}
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
        <details>
          <summary>{one.acknowledgements.length} findings accepted, each with its reason</summary>
          <Table
            label="Accepted findings"
            head={['where', 'finding', 'reason']}
            rows={one.acknowledgements.map(({ path, id, reason }) => [
              path,
              <code>{id.split('::').at(-1)}</code>,
              reason,
            ])}
          />
        </details>
      )}
    </>
  );
}

function Resources({ one, path }: { one: ArchitectureFacts; path: string }) {
  const { sandbox, production } = one.profiles;
  return (
    <>
      <p>
        {sandbox.resources.length} resources in a sandbox, {production.resources.length} in production. Whole:{' '}
        {(['sandbox', 'production'] as const).flatMap((profile) =>
          one.profiles[profile].templates.map(({ name: stack }) => (
            <>
              <a href={relative(path, pathTo.template(stack, profile))}>
                {stack}, {profile}
              </a>{' '}
            </>
          )),
        )}
      </p>
      <form class="filters" hidden data-script data-rows>
        <label>
          Find
          <input type="search" name="words" placeholder="queue, policy…" />
        </label>
        <output aria-live="polite" />
      </form>
      <ul class="resources">
        {sandbox.resources.map((resource) => (
          <ResourceItem resource={resource} path={path} />
        ))}
      </ul>
    </>
  );
}

function ResourceItem({ resource, path }: { resource: ResourceFact; path: string }) {
  const { logicalId, type, source, definition } = resource;
  const words = `${resource.path} ${logicalId} ${type}`.toLowerCase();
  return (
    <li id={logicalId} data-words={words}>
      <details>
        <summary>
          <code>{resource.path.split('/').slice(1).join('/') || logicalId}</code> <small>{type}</small>
        </summary>
        {source && (
          <p>
            made in{' '}
            <a href={relative(path, pathTo.source(source.file, source.line))}>{`${source.file}:${source.line}`}</a>
          </p>
        )}
        <pre tabIndex={0}>
          <code>{JSON.stringify(definition, null, 2)}</code>
        </pre>
      </details>
    </li>
  );
}

/** What a person finds by searching, one line of text each. */
export const searchText = (one: ArchitectureFacts): string =>
  inline([one.purpose, ...one.services, ...one.domains].join(' ')).replaceAll(/<[^>]+>/g, '');
