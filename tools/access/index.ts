import { markdownTable, textTable } from '../table';
import { loadTemplates } from '../template/load';
import { TemplateError } from '../template/read';
import type { Stack } from '../template/stack';
import { check } from './checks';
import type { Context } from './context';
import { AccessModel } from './model';
import { compactActions } from './words';
import { AccessError } from './statements';

export { AccessModel } from './model';

const usage = `say what to look at:
  access <architecture | template.json | cdk.out>                                what every principal may do
  access <architecture | template.json | cdk.out> <principal> <action> <resource>  one question, with the statements that decide
options: --markdown, --check, --context key=value (as often as needed), --account 111122223333, --region eu-west-1,
and settings of an architecture such as profile=production`;

const exitCodes = { allowed: 0, denied: 1, unknown: 3 } as const;
const wrongUse = 2;

interface Arguments {
  readonly words: readonly string[];
  readonly settings: readonly string[];
  readonly context: Context;
  readonly markdown: boolean;
  readonly check: boolean;
  readonly account?: string;
  readonly region?: string;
}

/**
 * Says who may do what in templates.
 *
 * @param args an architecture with its settings, a template file or a `cdk.out`; then perhaps a principal, an action and a
 * resource; and options
 * @returns for a question 0 when it is allowed, 1 when it is denied, 3 when the templates do not tell; for checks 1 when there
 * are findings; 2 when the question or a template is at fault; else 0
 */
export function run(args: readonly string[]): number {
  try {
    return answer(readArguments(args));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    console.error(error.message);
    return wrongUse;
  }
}

function answer(given: Arguments): number {
  const [target, principal, action, resource, ...more] = given.words;
  if (target === undefined || (principal !== undefined && resource === undefined) || more.length > 0) {
    throw new AccessError(usage);
  }
  const model = AccessModel.fromTemplates(placed(loadTemplates(target, given.settings), given));
  if (given.check) return printFindings(model, given);
  if (principal === undefined) return printMatrix(model, given);
  const ruling = model.can(principal, action, resource, given.context);
  console.log(ruling.explanation);
  return exitCodes[ruling.verdict];
}

function printMatrix(model: AccessModel, { markdown }: Arguments): number {
  const rows = model.principals().flatMap(({ display, actors, entry }) => {
    const grants = model.matrix(`${entry.stack.name}/${entry.logicalId}`);
    const who = actors.length === 0 ? display : actors.join(', ');
    if (grants.length === 0) return [[who, 'nothing', '', '', '']];
    return grants.map(({ actions, resource, when = '', from }, i) => [
      i === 0 || markdown ? who : '',
      compactActions(actions),
      resource,
      when,
      from,
    ]);
  });
  if (rows.length === 0) {
    console.log('Nobody acts in these templates: there is no role and no user.');
    return 0;
  }
  const table = [['principal', 'may do', 'on', 'when', 'because of'], ...rows];
  console.log(markdown ? markdownTable(table) : textTable(table));
  return 0;
}

function printFindings(model: AccessModel, { markdown }: Arguments): number {
  const rows = check(model).map(({ check: name, at, statement, says }) => [name, at, says, statement]);
  const table = [['check', 'at', 'what is wrong', 'statement'], ...rows];
  console.log(rows.length === 0 ? 'Every check holds.' : markdown ? markdownTable(table) : textTable(table));
  return rows.length === 0 ? 0 : 1;
}

const placed = (stacks: readonly Stack[], { account, region }: Arguments): Stack[] =>
  stacks.map((stack) => ({
    ...stack,
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  }));

function readArguments(args: readonly string[]): Arguments {
  const words: string[] = [];
  const settings: string[] = [];
  const context: Record<string, string> = {};
  const values: Record<string, string> = {};
  const flags = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    const word = args[i];
    if (word === '--markdown' || word === '--check') flags.add(word);
    else if (word === '--context') {
      const [key, value] = (args[++i] ?? '').split(/=(.*)/s);
      if (!key || value === undefined)
        throw new AccessError('--context takes key=value, such as aws:SecureTransport=false');
      context[key] = value;
    } else if (word === '--account' || word === '--region') {
      const value = args[++i] as string | undefined;
      const holds = word === '--account' ? /^\d{12}$/ : /^[a-z]{2}(-[a-z]+)+-\d$/;
      if (value === undefined || !holds.test(value))
        throw new AccessError(
          `${word} ${value ?? ''}: ${word === '--account' ? 'give 12 digits' : 'give a region such as eu-west-1'}`,
        );
      values[word] = value;
    } else if (word.startsWith('--')) throw new AccessError(`${word}: there is no such option\n${usage}`);
    else if (words.length === 1 && /^\w+=/.test(word)) settings.push(word);
    else words.push(word);
  }
  const { '--account': account, '--region': region } = values as { '--account'?: string; '--region'?: string };
  return {
    words,
    settings,
    context,
    markdown: flags.has('--markdown'),
    check: flags.has('--check'),
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  };
}
