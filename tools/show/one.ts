import { compactActions } from '../access/words';
import { asText, dollars } from '../bill';
import { collect, countsInWords, isTestOf, type ArchitectureFacts, type ProfileFacts } from '../facts';
import { progress } from '../progress';
import { trafficOf } from '../reachability/table';
import { textTable } from '../table';
import { fates } from '../teardown/leftovers';

/** Prints all that is known of one architecture: what its page on the site says, without the picture. */
export function showOne(name: string, isJson: boolean): void {
  const { architectures } = collect([name], () => progress(`reading ${name}`));
  progress();
  const [one] = architectures;
  console.log(isJson ? JSON.stringify(asData(one), null, 2) : asPage(one));
}

const commandsOf = (name: string): readonly (readonly [what: string, command: string])[] => [
  ['look at the template', `npx cdk synth --exclusively ${name}`],
  ['deploy, to an account or an emulator', `npm run sandbox -- deploy ${name}`],
  ['try what the README says', `npm run sandbox -- test ${name}`],
  ['watch, with the outputs as variables', `npm run sandbox -- shell ${name}`],
  ['take it away', `npm run sandbox -- destroy ${name}`],
];

const folderOf = (name: string): string => `lib/architectures/${name}`;

function asPage(one: ArchitectureFacts): string {
  const { name, title, purpose, services, profiles } = one;
  const { sandbox, production } = profiles;
  const sections: readonly (readonly [heading: string, text: string])[] = [
    [
      `Parts: ${sandbox.resources.length} resources in a sandbox, ${production.resources.length} in production`,
      textTable([
        ['part', 'block', 'resources'],
        ...sandbox.parts.map((part) => [part.name, part.block?.name ?? '', countsInWords(part.counts)]),
      ]),
    ],
    [
      `What it costs: ${dollars(sandbox.bill.monthly)} USD a month in a sandbox, ${dollars(production.bill.monthly)} in production`,
      asText(sandbox.bill),
    ],
    ['Who can reach whom', reachText(sandbox)],
    ['Who may do what', accessText(sandbox)],
    [
      `What is proven: ${one.claims.filter(({ state }) => state === 'proven').length} claims of its own`,
      claimsText(one),
    ],
    ['What stays after a destroy, in a sandbox', leftoversText(sandbox)],
    ['What stays after a destroy, in production', leftoversText(production)],
    [
      'Commands',
      commandsOf(name)
        .map(([what, command]) => `${command.padEnd(50)}# ${what}`)
        .join('\n'),
    ],
  ];
  return [
    `${title}\n${purpose}`,
    [
      `README   ${folderOf(name)}/README.md`,
      `Picture  ${folderOf(name)}/picture.svg`,
      `Services ${services.join(', ')}`,
    ].join('\n'),
    ...sections.map(([heading, text]) => `${heading}\n${'='.repeat(heading.length)}\n${text}`),
  ].join('\n\n');
}

function reachText({ reach }: ProfileFacts): string {
  if (reach.length === 0) return 'Nothing in it stands in a network.';
  return textTable([['from', 'to', 'on', 'by'], ...reach.map((row) => [row.from, row.to, trafficOf(row), row.by])]);
}

function accessText({ access }: ProfileFacts): string {
  if (access.length === 0) return 'Nobody acts in it.';
  const rows = access.flatMap(({ name, grants }) =>
    grants.length === 0
      ? [[name, 'nothing', '', '']]
      : grants.map(({ actions, resource, when = '' }, i) => [
          i === 0 ? name : '',
          compactActions(actions),
          resource,
          when,
        ]),
  );
  return textTable([['who', 'may do', 'on', 'when'], ...rows]);
}

function claimsText({ name, claims, claimsOfBlocks }: ArchitectureFacts): string {
  const proven = claims.filter(({ state }) => state === 'proven');
  const ofBlocks = claimsOfBlocks.filter(({ state }) => state === 'proven').length;
  const lines = proven.map(({ id, says, proven: tests }) => {
    const test = tests.find(({ file }) => isTestOf(file, name)) ?? tests[0];
    return `${id}: ${says}\n  ${test.file}:${test.line}`;
  });
  return [...lines, `Its blocks prove ${ofBlocks} more; npm run site shows them.`].join('\n');
}

function leftoversText({ leftovers }: ProfileFacts): string {
  if (leftovers.length === 0) return 'Nothing is left over, and nothing stands in the way.';
  return textTable([
    ['resource', 'what happens', 'why, and what to do'],
    ...leftovers.map(({ path, kind, why }) => [path, fates[kind], why]),
  ]);
}

/** The same for programs. */
function asData(one: ArchitectureFacts): object {
  const { name, title, purpose, services, domains, takesDomain, claims, profiles } = one;
  const profile = ({ resources, parts, bill, reach, access, leftovers }: ProfileFacts) => ({
    resources: resources.map(({ definition: _, ...resource }) => resource),
    parts: parts.map(({ name: part, block, counts }) => ({ name: part, block: block?.name, counts })),
    reach: reach.map((row) => ({ from: row.from, to: row.to, on: trafficOf(row), by: row.by })),
    access,
    leftovers,
    bill,
  });
  return {
    name,
    title,
    purpose,
    readme: `${folderOf(name)}/README.md`,
    picture: `${folderOf(name)}/picture.svg`,
    services,
    domains,
    takesDomain,
    claims: claims.map(({ id, says, state, proven }) => ({
      id,
      says,
      state,
      tests: proven.map(({ name: title, file, line }) => ({ title, file, line })),
    })),
    profiles: { sandbox: profile(profiles.sandbox), production: profile(profiles.production) },
    commands: commandsOf(name).map(([what, command]) => ({ what, command })),
  };
}
