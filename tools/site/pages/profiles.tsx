import type { ComponentChildren } from 'preact';
import { compactActions } from '../../access/words';
import { dollars, grouped, rate } from '../../bill';
import type { ArchitectureFacts, ProfileFacts } from '../../facts';
import { trafficOf } from '../../reachability/table';
import { fates } from '../../teardown/leftovers';
import { Path, Table } from '../layout';

/** Both profiles of something, once where they are alike; nothing where neither has it. */
export function both(one: ArchitectureFacts, view: (facts: ProfileFacts) => ComponentChildren): ComponentChildren {
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

export function reachTable({ reach }: ProfileFacts): ComponentChildren {
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

/** One table for each who acts, folded, so that a reader finds the one they look for. */
export function accessTable({ access }: ProfileFacts): ComponentChildren {
  if (access.length === 0) return <p>Nobody acts in it.</p>;
  return access.map(({ name, grants }) =>
    grants.length === 0 ? (
      <p class="fold">
        <Path of={name} /> <small>may do nothing</small>
      </p>
    ) : (
      <details class="fold">
        <summary>
          <Path of={name} />{' '}
          <small>
            {grants.length} {grants.length === 1 ? 'grant' : 'grants'}
          </small>
        </summary>
        <Table
          label={`What ${name} may do`}
          head={['may do', 'on', 'when']}
          rows={grants.map((grant) => [compactActions(grant.actions), <Path of={grant.resource} />, grant.when ?? ''])}
        />
      </details>
    ),
  );
}

export function leftoverTable({ leftovers }: ProfileFacts): ComponentChildren {
  if (leftovers.length === 0) return <p>Nothing is left over, and nothing stands in the way.</p>;
  return (
    <Table
      label="What stays after a destroy"
      head={['resource', 'what happens', 'why, and what to do']}
      rows={leftovers.map(({ path, kind, why }) => [<Path of={path} />, fates[kind], why])}
    />
  );
}

export function billTables({ bill }: ProfileFacts): ComponentChildren {
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
              <Path of={line.path.split('/').slice(1).join('/') || line.path} />,
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
