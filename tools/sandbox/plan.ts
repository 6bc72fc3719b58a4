import Big from 'big.js';
import { billOf, inDollars } from '../bill';
import { GetTemplateCommand, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { changesOf } from '../upgrade-check/compare';
import { leftovers } from '../teardown/leftovers';
import type { Stack, Template } from '../template/stack';

/** The template a stack was deployed with last. */
export async function deployedTemplate(client: CloudFormationClient, stack: string): Promise<Template> {
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: stack }));
  return JSON.parse(TemplateBody!) as Template;
}

/** What deploying a template would do, in lines a person reads before saying yes. */
export function planOf({ name: stack, template }: Stack, deployed: Template | undefined): string[] {
  if (!deployed) {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    return [`${stack} is new: ${types.length} resources`, ...countsOf(types).map((line) => `  ${line}`)];
  }
  const changes = changesOf(deployed, template);
  if (changes.length === 0) return [`${stack} is there already and would not change`];
  const gone = changes.filter(({ impact }) => impact !== 'added' && impact !== 'updated');
  return [
    `${stack} is there already: ${countsOf(changes.map(({ impact }) => impact)).join(', ')}`,
    ...gone.map(
      ({ path, type, impact, destructive }) =>
        `  ${impact}: ${path} (${type})${destructive ? ', with what is stored in it' : ''}`,
    ),
  ];
}

/** What stacks cost when nobody calls them, in a line; what the bill cannot know is counted apart. */
export function costOf(stacks: readonly Stack[], region: string): string {
  const { monthly, asOf, unpriced } = billOf(stacks, { region });
  const more = unpriced.length > 0 ? `, and ${unpriced.length} things whose price depends` : '';
  return `it costs ${inDollars(new Big(monthly))} USD a month when nobody calls it (prices of ${asOf})${more}; npm run bill says for what`;
}

/** What a later destroy would leave behind or stop at. */
export function afterwards(stacks: readonly Stack[]): string[] {
  const found = leftovers(stacks).filter(({ kind }) => kind !== 'slow');
  if (found.length === 0) return ['a destroy leaves nothing behind'];
  return ['after a destroy:', ...found.map(({ path, type, why }) => `  ${path} (${type}): ${why}`)];
}

/** How often each word is there, the most frequent first: `12 AWS::EC2::Subnet`. */
function countsOf(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b, 'en'))
    .map(([word, count]) => `${count} ${word}`);
}
