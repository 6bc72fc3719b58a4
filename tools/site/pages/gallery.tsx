import type { ArchitectureFacts, Facts } from '../../facts';
import type { Page } from '../layout';
import { pathTo, relative } from '../paths';
import { dollars } from '../../bill';
import { inline } from '../markdown';

/** The first page: what this is, how to begin, and every architecture as a card. */
export function gallery({ architectures, claims, blocks }: Facts): Page {
  const path = pathTo.gallery;
  const proven = claims.filter(({ state }) => state === 'proven').length;
  const domains = [...new Set(architectures.flatMap((one) => one.domains))].sort();
  const services = [...new Set(architectures.flatMap((one) => one.services))].sort();
  return {
    path,
    title: 'Groundplan: AWS reference architectures, proven offline',
    description:
      'Reference architectures for AWS in the CDK, each one complete, tested, priced and safe to try; no account needed until you deploy.',
    body: (
      <>
        <section class="hero">
          <h1>AWS architectures you can check before you trust them</h1>
          <p class="lead">
            Each one is complete, tested, priced and safe to try, and readable in ten minutes. Who can reach whom, who
            may do what, what it costs and what is left after a destroy are worked out from the template, not typed.
          </p>
          <pre data-copy tabIndex={0}>
            <code>npm ci &amp;&amp; npx cdk synth</code>
          </pre>
          <dl class="figures">
            <div>
              <dt>architectures</dt>
              <dd>{architectures.length}</dd>
            </div>
            <div>
              <dt>blocks</dt>
              <dd>{blocks.length}</dd>
            </div>
            <div>
              <dt>claims proven</dt>
              <dd>
                {proven} <small>of {claims.length}</small>
              </dd>
            </div>
          </dl>
        </section>
        <section>
          <h2 id="all">Architectures</h2>
          <form class="filters" hidden data-script>
            <label>
              Find
              <input type="search" name="words" placeholder="queue, fleet, site…" />
            </label>
            <Choice name="domain" label="Domain" values={domains} />
            <Choice name="service" label="Service" values={services} />
            <Choice name="cost" label="Idle, a month" values={costs.map(({ label }) => label)} />
            <Choice name="level" label="Level" values={levels} />
            <Choice name="own" label="A name of your own" values={ownNames} />
            <output aria-live="polite" />
          </form>
          <ul class="cards">
            {architectures.map((one) => (
              <Card one={one} from={path} />
            ))}
          </ul>
          <p class="none" hidden>
            No architecture is like that. <button type="button">Show all</button>
          </p>
        </section>
      </>
    ),
  };
}

const levels = ['introductory', 'intermediate', 'advanced'] as const;

/** How much there is to take in, by the number of blocks an architecture is made of. */
export function levelOf({ blocks }: Pick<ArchitectureFacts, 'blocks'>): (typeof levels)[number] {
  if (blocks.length <= 6) return 'introductory';
  return blocks.length <= 10 ? 'intermediate' : 'advanced';
}

/** Nothing here needs a domain; some take one. */
const ownNames = ['takes one', 'has no use for one'] as const;

const costs = [
  { label: 'under 1 USD', below: 1 },
  { label: '1 to 10 USD', below: 10 },
  { label: '10 to 50 USD', below: 50 },
  { label: '50 USD and more', below: Infinity },
];

/** What a sandbox costs when nobody calls it, in words. */
const costOf = ({ profiles }: ArchitectureFacts): string =>
  costs.find(({ below }) => Number(profiles.sandbox.bill.monthly) < below)!.label;

function Choice({ name, label, values }: { name: string; label: string; values: readonly string[] }) {
  return (
    <label>
      {label}
      <select name={name}>
        <option value="">all</option>
        {values.map((value) => (
          <option>{value}</option>
        ))}
      </select>
    </label>
  );
}

function Card({ one, from }: { one: ArchitectureFacts; from: string }) {
  const { name, title, purpose, services, domains } = one;
  const words = [name, title, purpose, ...services, ...domains, ...one.blocks.map((block) => block.name)].join(' ');
  return (
    <li
      class="card"
      data-words={words.toLowerCase()}
      data-domain={domains.join(',')}
      data-service={services.join(',')}
      data-cost={costOf(one)}
      data-level={levelOf(one)}
      data-own={ownNames[one.takesDomain ? 0 : 1]}
    >
      <img src={relative(from, pathTo.picture(name))} alt="" loading="lazy" />
      <h3>
        <a href={relative(from, pathTo.architecture(name))}>{title}</a> <small>{levelOf(one)}</small>
      </h3>
      <p dangerouslySetInnerHTML={{ __html: inline(purpose) }} />
      <p class="tags">
        {services.slice(0, 6).map((service) => (
          <span>{service}</span>
        ))}
      </p>
      <dl>
        <div>
          <dt>idle, a month</dt>
          <dd>{dollars(one.profiles.sandbox.bill.monthly)} USD</dd>
        </div>
        <div>
          <dt>resources</dt>
          <dd>{one.profiles.sandbox.resources.length}</dd>
        </div>
        <div>
          <dt>proves</dt>
          <dd>{one.claims.length + one.claimsOfBlocks.filter(({ state }) => state === 'proven').length} claims</dd>
        </div>
      </dl>
    </li>
  );
}
