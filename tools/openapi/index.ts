import { parseArgs } from 'node:util';
import { APIGatewayClient, GetExportCommand } from '@aws-sdk/client-api-gateway';
import { loadTemplates } from '../template/load';
import { openApiOf, type Info } from './document';

const usage = `groundplan openapi <architecture or template> [setting=value ...] [--api <logical id>] [--integrations]
                  [--title <text>] [--version <text>] [--contact <address>] [--licence <name>]
    the contract of a REST API as OpenAPI 3.0, from its template: nothing has to be deployed;
    --integrations adds what answers and who authorises, so that an API can be made of it
groundplan openapi --deployed <API id> --stage <name> [--integrations] [--region <code>]
    the same of what is deployed, as API Gateway exports it`;

const options = {
  api: { type: 'string' },
  integrations: { type: 'boolean' },
  title: { type: 'string' },
  version: { type: 'string' },
  contact: { type: 'string' },
  licence: { type: 'string' },
  deployed: { type: 'string' },
  stage: { type: 'string' },
  region: { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options, allowPositionals: true, strict: true });

/**
 * Prints the contract of an API, from its template or from what is deployed.
 *
 * @param clientIn a client for a Region; that of the AWS settings where none is given
 * @returns 0, 1 where API Gateway says no, or 2 where the words cannot be understood
 */
export async function run(
  args: readonly string[],
  clientIn = (region?: string) => new APIGatewayClient(region === undefined ? {} : { region }),
): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const faults = faultsOf(values, positionals);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    if (values.deployed !== undefined) return await exported(clientIn(values.region), values);
    const [target, ...settings] = positionals;
    const stacks = loadTemplates(target, settings).filter(({ nestedIn }) => nestedIn === undefined);
    const { template } = stacks.find((stack) => stack.name === target) ?? stacks[0];
    const document = openApiOf(
      template,
      { info: infoOf(values), integrations: values.integrations ?? false },
      values.api,
    );
    console.log(JSON.stringify(document, undefined, 2));
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
}

function faultsOf({ deployed, stage, api }: Values, positionals: readonly string[]): string[] {
  return [
    deployed === undefined && positionals.length === 0 && 'say which architecture or template, or --deployed',
    deployed !== undefined &&
      positionals.length > 0 &&
      `"${positionals[0]}" does not go with --deployed; leave one of the two out`,
    deployed !== undefined &&
      !/^[a-z0-9]{10}$/.test(deployed) &&
      `--deployed is "${deployed}"; give the id of an API, ten letters and digits`,
    deployed !== undefined && stage === undefined && '--stage is missing; give the name of one, such as live',
    deployed === undefined && stage !== undefined && `--stage ${stage} goes with --deployed only; leave it out`,
    deployed !== undefined && api !== undefined && `--api ${api} goes with a template only; leave it out`,
  ].filter((fault) => fault !== false);
}

const infoOf = ({ title, version, contact, licence }: Values): Partial<Info> => ({
  ...(title !== undefined && { title }),
  ...(version !== undefined && { version }),
  ...(contact !== undefined && { contact: { email: contact } }),
  ...(licence !== undefined && { license: { name: licence } }),
});

async function exported(client: APIGatewayClient, { deployed, stage, integrations }: Values): Promise<number> {
  try {
    const { body } = await client.send(
      new GetExportCommand({
        restApiId: deployed,
        stageName: stage,
        exportType: 'oas30',
        accepts: 'application/json',
        ...(integrations && { parameters: { extensions: 'integrations,authorizers' } }),
      }),
    );
    console.log(Buffer.from(body ?? []).toString());
    return 0;
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`cannot export ${stage} of ${deployed}: ${name}: ${message}`);
    return 1;
  }
}
