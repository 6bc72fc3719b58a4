import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectures } from '#architectures';
import { markdownTable } from '../table';
import { changes, type Change } from './compare';
import { compareTwo } from './pair';
import { keep, releases, today } from './release';

const page = join('docs', 'upgrades', 'README.md');

/**
 * Says what an update from each kept release to today's templates would do, and refuses what would replace, delete or orphan
 * stateful resources without the changelog announcing it.
 *
 * @param args nothing to write docs/upgrades/README.md; `--check` to compare with it; `--release 0.2.0` to keep today's
 * templates as that release; or two templates, before and after, which are compared with each other alone
 */
export function run(args: readonly string[]): number {
  const at = args.indexOf('--release');
  const isOwn = architectures.names.length > 0;
  if (isOwn && at >= 0) return release(args[at + 1]);
  if (args.length === 2) return compareTwo(args[0], args[1]);
  if (!isOwn || (args.length > 0 && !args.includes('--check'))) {
    console.error(
      `upgrade-check got ${args.length === 0 ? 'nothing' : args.join(' ')}; give two templates or two cdk.out: upgrade-check before.json after.json`,
    );
    return 2;
  }

  const now = today('today');
  const all = releases().flatMap((before) => changes(before, now));
  const faults = unannounced(all, announcements(readFileSync('CHANGELOG.md', 'utf8')));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) return 1;

  const text = asMarkdown(
    all,
    releases().map(({ version }) => version),
  );
  if (!args.includes('--check')) {
    writeFileSync(page, text);
    console.log(
      `${page}: ${all.length} changes since ${releases().length} releases, none of them destructive unannounced`,
    );
    return 0;
  }
  if (existsSync(page) && readFileSync(page, 'utf8') === text) return 0;
  console.error(`${page} no longer says what an update would do; run npm run upgrade-check and commit it`);
  return 1;
}

function release(version: string | undefined): number {
  if (!/^\d+\.\d+\.\d+$/.test(version ?? '')) {
    console.error(`--release is ${version}; give a version such as 0.2.0`);
    return 2;
  }
  if (releases().some((kept) => kept.version === version)) {
    console.error(
      `--release is ${version}, which is kept already; a release does not change, so give the next version`,
    );
    return 2;
  }
  console.log(`kept ${keep(today(version!))}`);
  return 0;
}

/** The construct paths that the changelog puts in backticks above the newest release it dates. */
export function announcements(changelog: string): ReadonlySet<string> {
  const sections = changelog.split(/^## /m).slice(1);
  const open = sections.filter((section) => section.split('\n')[0].includes('unreleased'));
  return new Set(open.flatMap((section) => [...section.matchAll(/`([^`]+)`/g)].map(([, path]) => path)));
}

/** One sentence for each destructive change that nobody announced. */
export function unannounced(all: readonly Change[], announced: ReadonlySet<string>): string[] {
  return all
    .filter(({ destructive, path }) => destructive && !announced.has(path))
    .map(
      ({ since, architecture, profile, path, type, impact }) =>
        `${architecture} (${profile}): an update from ${since} finds ${path} (${type}) ${impact}; keep its logical id and ` +
        `immutable properties, or announce \`${path}\` in the unreleased part of CHANGELOG.md`,
    );
}

/** What changes for whom, as the page readers see before they update. */
export function asMarkdown(all: readonly Change[], versions: readonly string[]): string {
  const parts = versions.map((version) => {
    const rows = all
      .filter(({ since }) => since === version)
      .map(({ architecture, profile, path, type, impact, destructive }) => [
        `\`${architecture}\``,
        profile,
        `\`${path}\``,
        type,
        destructive ? `**${impact}**` : impact,
      ]);
    const table = markdownTable([['architecture', 'profile', 'resource', 'type', 'what an update does'], ...rows]);
    return `## From ${version}\n\n${rows.length > 0 ? table : 'Nothing changes.'}\n`;
  });
  return `# Upgrades

Written by \`npm run upgrade-check\` from the templates of each release and today's; do not edit. Stateful resources that an update
would replace, delete or leave behind are in bold, and the changelog announces each of them.

${parts.join('\n')}`;
}
