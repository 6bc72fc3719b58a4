import { loadTemplates } from '../template/load';
import { markdownTable, textTable } from '../table';
import { explanation, type Answer } from './answer';
import { readRequest, type Request } from './command-line';
import { diagnose } from './diagnose';
import { NetworkModel } from './network-model';
import { trafficOf, type Row } from './table';
import { tryConnection } from './try';

/**
 * Prints who can reach whom in an architecture, a template or a `cdk.out`, or answers one question with every hop.
 *
 * @param args what to look at, the question, and options; see `usage`
 * @returns 0 for a table and for what is reachable, 1 for what is blocked or reachable in part, 3 for what is unknown, 2
 * when the question is wrong or the template malformed
 */
export function run(args: readonly string[]): number | Promise<number> {
  try {
    const request = readRequest(args);
    const network = NetworkModel.fromTemplates(loadTemplates(request.target, request.settings), request.options);
    return request.question ? answer(network, request, request.question) : print(network, request.markdown);
  } catch (error) {
    return refuse(error as Error);
  }
}

function print(network: NetworkModel, markdown: boolean): number {
  const rows = network.table();
  const lines = rows.map((row) => [row.from, row.to, trafficOf(row), row.by]);
  const table = markdown ? markdownTable : textTable;
  const nothing =
    network.elements.length === 0
      ? 'The templates hold nothing that stands in a network.'
      : 'Nothing reaches anything.';
  console.log(rows.length === 0 ? nothing : table([['from', 'to', 'on', 'by'], ...lines]));
  for (const reason of reasonsOf(rows)) console.log(`\n${reason}`);
  return 0;
}

/** Why some lines say "perhaps"; each reason once. */
function reasonsOf(rows: readonly Row[]): string[] {
  const reasons = [...new Set(rows.flatMap(({ doubts }) => doubts))];
  return reasons.length === 0
    ? []
    : [['"perhaps", because the templates leave open:', ...reasons.map((one) => `- ${one}`)].join('\n')];
}

function answer(
  network: NetworkModel,
  request: Request,
  question: NonNullable<Request['question']>,
): number | Promise<number> {
  const found = network.canReach(question.from, question.to, question.traffic);
  console.log(explanation(found));
  if (request.symptom) console.log(`\n${diagnose(found, request.symptom)}`);
  if (request.tryAt === undefined) return codeOf(found);
  const { host, port } = request.tryAt;
  return tryConnection(host, port).then((symptom) => {
    console.log(`\n${host}:${port} ${symptom}. ${diagnose(found, symptom)}`);
    return codeOf(found);
  }, refuse);
}

function codeOf({ verdict, isPartial }: Answer): number {
  if (verdict === 'unknown') return 3;
  return verdict === 'reachable' && !isPartial ? 0 : 1;
}

function refuse(error: Error): number {
  console.error(error.message);
  return 2;
}
