import { parseArgs } from 'node:util';

const usage = `groundplan connect <instance id> --by session|endpoint|public|jump-host [--rdp] [--user <name>] [--key <file>]
                   [--jump-host <address>] [--host <address>] [--region <code>]
    the commands that open a shell on a host, or a desktop, by each way of OperatorAccess`;

const options = {
  by: { type: 'string' },
  rdp: { type: 'boolean' },
  user: { type: 'string' },
  key: { type: 'string' },
  'jump-host': { type: 'string' },
  host: { type: 'string' },
  region: { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** Where the desktop of a host is found on this machine while a tunnel is open. */
const desktopPort = 13389;

/**
 * Prints the commands by which an operator gets onto a host.
 *
 * @returns 0, or 2 where the words cannot be understood
 * @claims network-connect-endpoint
 */
export function run(args: readonly string[]): number {
  try {
    const { values, positionals } = parse(args);
    console.log(commandsFor(positionals, values).join('\n'));
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
}

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options, allowPositionals: true, strict: true });

type Way = (instance: string, values: Values) => string[];

const ways: Readonly<Record<string, { readonly shell: Way; readonly desktop?: Way }>> = {
  session: {
    shell: (instance, values) => [`aws ssm start-session --target ${instance}${inRegion(values)}`],
    desktop: (instance, values) => [
      `aws ssm start-session --target ${instance} --document-name AWS-StartPortForwardingSession --parameters portNumber=3389,localPortNumber=${desktopPort}${inRegion(values)}`,
      ...desktop(instance, values),
    ],
  },
  endpoint: {
    shell: (instance, values) => [
      `aws ec2-instance-connect ssh --instance-id ${instance} --os-user ${userOf(values)} --connection-type eice${inRegion(values)}`,
    ],
    desktop: (instance, values) => [
      `aws ec2-instance-connect open-tunnel --instance-id ${instance} --remote-port 3389 --local-port ${desktopPort}${inRegion(values)}`,
      ...desktop(instance, values),
    ],
  },
  public: {
    shell: (instance, values) => [
      `aws ec2-instance-connect ssh --instance-id ${instance} --os-user ${userOf(values)} --connection-type direct${inRegion(values)}`,
    ],
  },
  'jump-host': {
    shell: (_, values) => {
      const key = values.key === undefined ? '' : `-i ${values.key} `;
      const to = (address: string) => `${userOf(values)}@${address}`;
      return [`ssh ${key}-o "ProxyCommand=ssh ${key}-W %h:%p ${to(values['jump-host']!)}" ${to(values.host!)}`];
    },
  },
};

function commandsFor([instance = '', ...rest]: readonly string[], values: Values): string[] {
  const way = values.by === undefined ? undefined : ways[values.by];
  const jumps = values.by === 'jump-host';
  const addresses = ['jump-host', 'host'] as const;
  const faults = [
    !/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(instance) &&
      `the instance is "${instance}"; give an id such as i-0123456789abcdef0`,
    rest.length > 0 && `"${rest[0]}" is one word too many; give one instance`,
    !way && `--by is "${values.by ?? ''}"; say ${Object.keys(ways).join(', ')}`,
    way && values.rdp && !way.desktop && `--rdp does not go by ${values.by}; say session or endpoint`,
    ...addresses.map((name) =>
      jumps
        ? !/^[\d.]+$/.test(values[name] ?? '') &&
          `--${name} is "${values[name] ?? ''}"; give its address, such as 192.168.1.10`
        : values[name] !== undefined && `--${name} goes with --by jump-host only; leave it out`,
    ),
    ...(['user', 'key', 'region'] as const).map(
      (name) =>
        values[name] !== undefined &&
        !/^[\w@%+=:,./-]+$/.test(values[name]) &&
        `--${name} is "${values[name]}"; write it without spaces and quotes`,
    ),
  ].filter(Boolean);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return (values.rdp ? way!.desktop! : way!.shell)(instance, values);
}

/** With the tunnel open, and only then. */
const desktop = (instance: string, values: Values): string[] => [
  `aws ec2 get-password-data --instance-id ${instance} --priv-launch-key ${values.key ?? 'key.pem'} --query PasswordData --output text${inRegion(values)}`,
  `# and with that password, a desktop at localhost:${desktopPort}`,
];

const userOf = ({ user = 'ec2-user' }: Values): string => user;
const inRegion = ({ region }: Values): string => (region === undefined ? '' : ` --region ${region}`);
