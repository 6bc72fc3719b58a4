import { parseArgs } from 'node:util';

const usage = `groundplan authorise-zone <zone id> <vpc id> --region <of the VPC> [--zone-profile <name>] [--vpc-profile <name>] [--json]
    the calls by which a VPC of another account joins a private zone, in order; profiles are those of the AWS CLI`;

const options = {
  region: { type: 'string' },
  'zone-profile': { type: 'string' },
  'vpc-profile': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** A call of the AWS CLI, and whose credentials it takes. */
export interface Step {
  readonly account: 'zone' | 'vpc';
  readonly does: string;
  readonly command: string;
}

/**
 * Prints the calls by which a VPC of another account joins a private zone. CloudFormation has no type for the first, and each
 * needs the credentials of another account, so that no stack can make them.
 *
 * @returns 0, or 2 where the words cannot be understood
 * @claims network-private-zone-cross-account
 */
export function run(args: readonly string[]): number {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const steps = stepsFor(positionals, values);
    console.log(values.json ? JSON.stringify(steps, undefined, 2) : inWords(steps));
    return 0;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    console.error(code?.startsWith('ERR_PARSE_ARGS') ? `${message}\n\n${usage}` : message);
    return 2;
  }
}

type Values = Readonly<Partial<Record<keyof typeof options, string | boolean>>>;

function stepsFor([zone = '', vpc = '', ...rest]: readonly string[], values: Values): Step[] {
  const region = String(values.region ?? '');
  const faults = [
    zoneFault(zone),
    !/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/.test(vpc) && `the VPC is "${vpc}"; give an id such as vpc-0123456789abcdef0`,
    rest.length > 0 && `"${rest[0]}" is one word too many; give a zone and one VPC, and run it again for the next`,
    !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && `--region is "${region}"; give that of the VPC, such as eu-west-1`,
    ...(['zone-profile', 'vpc-profile'] as const).map(
      (name) =>
        values[name] !== undefined &&
        !/^[\w.@+=,-]+$/.test(String(values[name])) &&
        `--${name} is "${values[name]}"; give a profile of the AWS CLI, without spaces`,
    ),
  ].filter(Boolean);
  if (faults.length > 0) throw new Error([...faults, '', usage].join('\n'));

  const call = (operation: string, account: 'zone' | 'vpc') => {
    const profile = values[`${account}-profile`];
    const as = profile === undefined ? '' : ` --profile ${profile}`;
    return `aws route53 ${operation} --hosted-zone-id ${zone} --vpc VPCRegion=${region},VPCId=${vpc}${as}`;
  };
  return [
    {
      account: 'zone',
      does: 'the account of the zone authorises the VPC',
      command: call('create-vpc-association-authorization', 'zone'),
    },
    {
      account: 'vpc',
      does: 'the account of the VPC joins it to the zone',
      command: call('associate-vpc-with-hosted-zone', 'vpc'),
    },
    {
      account: 'zone',
      does: 'the authorisation is used up and can go; the VPC stays',
      command: call('delete-vpc-association-authorization', 'zone'),
    },
  ];
}

function zoneFault(zone: string): string | undefined {
  if (/^Z[A-Z0-9]{1,31}$/.test(zone)) return undefined;
  const [, id] = /^\/?hostedzone\/(Z[A-Z0-9]{1,31})$/.exec(zone) ?? [];
  return `the zone is "${zone}"; ${id === undefined ? 'give its id, such as Z0123456789ABCDEFGHIJ, from aws route53 list-hosted-zones' : `give ${id}`}`;
}

/** Lines that a shell can be given as they are. */
const inWords = (steps: readonly Step[]): string =>
  steps.map(({ does, command }, at) => `# ${at + 1}. ${does}\n${command}`).join('\n');
