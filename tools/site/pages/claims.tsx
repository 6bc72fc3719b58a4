import type { Facts } from '../../facts';
import { kinds, type Claim } from '../../claims/ledger';
import type { Mention } from '../../claims/sources';
import { Html, Table, type Page } from '../layout';
import { inline } from '../markdown';
import { pathTo, relative } from '../paths';

/** Every domain with its figures. */
export function claimIndex({ claims }: Facts): Page {
  const path = pathTo.claims;
  const line = (name: string, of: readonly Claim[], link?: string) => {
    const count = (state: Claim['state']) => of.filter((claim) => claim.state === state).length;
    return [
      link === undefined ? name : <a href={link}>{name}</a>,
      of.length,
      count('proven'),
      count('open'),
      count('declined'),
      <meter
        min={0}
        max={of.length}
        value={count('proven')}
        aria-label={`${count('proven')} of ${of.length} proven`}
      />,
    ];
  };
  return {
    path,
    title: 'Claims',
    description: 'What good practice on AWS claims, with exact numbers, and the tests that prove it here.',
    body: (
      <>
        <h1>Claims</h1>
        <p class="lead">
          What good practice on AWS claims, with exact numbers. A claim is proven when something here builds it and a
          test that would fail without it carries its id; until then it is open, and says so.
        </p>
        <Table
          label="Claims by domain"
          head={['domain', 'claims', 'proven', 'open', 'declined', 'how far']}
          rows={[
            ...domainsOf(claims).map((domain) =>
              line(
                domain,
                claims.filter((claim) => claim.domain === domain),
                relative(path, pathTo.domain(domain)),
              ),
            ),
            line('all', claims),
          ]}
        />
      </>
    ),
  };
}

export const domainsOf = (claims: readonly Claim[]): string[] =>
  [...new Set(claims.map(({ domain }) => domain))].sort();

/** The claims of one domain, the proven ones with their tests. */
export function domainPage(domain: string, { claims }: Facts): Page {
  const path = pathTo.domain(domain);
  const mine = claims.filter((claim) => claim.domain === domain);
  const proven = mine.filter(({ state }) => state === 'proven').length;
  return {
    path,
    title: `Claims: ${domain}`,
    description: `${mine.length} claims about ${domain} on AWS, ${proven} of them proven by tests.`,
    body: (
      <>
        <p class="crumbs">
          <a href={relative(path, pathTo.claims)}>Claims</a> / {domain}
        </p>
        <h1>{domain}</h1>
        <p class="lead">
          {mine.length} claims, {proven} proven.
        </p>
        <form class="filters" hidden data-script data-rows>
          <label>
            Find
            <input type="search" name="words" />
          </label>
          <label>
            State
            <select name="state">
              <option value="">all</option>
              <option>proven</option>
              <option>open</option>
              <option>declined</option>
            </select>
          </label>
          <label>
            Kind
            <select name="kind">
              <option value="">all</option>
              {kinds.map((kind) => (
                <option>{kind}</option>
              ))}
            </select>
          </label>
          <output aria-live="polite" />
        </form>
        <ul class="claims">
          {mine.map((claim) => (
            <ClaimItem claim={claim} from={path} />
          ))}
        </ul>
      </>
    ),
  };
}

/** One claim: what it says, its state, what builds it, and which tests prove it. */
export function ClaimItem({ claim, from }: { claim: Claim; from: string }) {
  const { id, says, state, kind, built, proven, declined } = claim;
  return (
    <li id={id} data-words={`${id} ${says}`.toLowerCase()} data-state={state} data-kind={kind}>
      <p class="label">
        <span class={`state ${state}`}>{state}</span> <small>{kind}</small> <code>{id}</code>
      </p>
      <Html as="p" of={inline(says)} />
      {declined !== undefined && <p>{declined}</p>}
      {built.length + proven.length > 0 && (
        <details>
          <summary>
            built in {built.length === 1 ? built[0].name : `${built.length} places`}, proven by {proven.length}{' '}
            {proven.length === 1 ? 'test' : 'tests'}
          </summary>
          <ul class="list">
            {built.map((mention) => (
              <li>
                <MentionLink mention={mention} from={from} />
              </li>
            ))}
            {proven.map((mention) => (
              <li>
                <MentionLink mention={mention} from={from} quoted />
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

const MentionLink = ({ mention, from, quoted }: { mention: Mention; from: string; quoted?: boolean }) => (
  <a href={relative(from, pathTo.source(mention.file, mention.line))}>{quoted ? `“${mention.name}”` : mention.name}</a>
);
