import { parseArgs } from 'node:util';

const usage = `groundplan notice-setup push --platform <apns|apns-sandbox|gcm> --secret <name of a secret> --topic <ARN> [--json]
    the calls by which phones with an app of yours hear a topic
groundplan notice-setup sms --limit <USD a month> [--number <+...>] [--json]
    the calls by which an account that is new may send messages to phones, what it may spend first
Nothing is changed; each call is printed with what it does. No resource type of CloudFormation makes any of this.`;

const options = {
  platform: { type: 'string' },
  secret: { type: 'string' },
  topic: { type: 'string' },
  limit: { type: 'string' },
  number: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** A call of the AWS CLI, and what it does. */
export interface Step {
  readonly does: string;
  readonly command: string;
}

const platforms: Readonly<Record<string, { readonly name: string; readonly credential: string }>> = {
  apns: { name: 'APNS', credential: 'the token key of Apple, with PlatformPrincipal beside it' },
  'apns-sandbox': { name: 'APNS_SANDBOX', credential: 'the token key of Apple, with PlatformPrincipal beside it' },
  gcm: { name: 'GCM', credential: 'the service account of Firebase as JSON' },
};

/**
 * Prints the calls that prepare an account for messages to phones: for apps by a platform application, whose credential stays in a
 * secret, and by SMS, whose spending is bounded before anything else.
 *
 * @returns 0, or 2 where the words cannot be understood
 * @claims messaging-mobile-push, messaging-sms-sandbox
 */
export function run(args: readonly string[]): number {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const [what, extra] = positionals;
    if (extra !== undefined) throw new Error(`"${extra}" is one word too many\n\n${usage}`);
    if (what !== 'push' && what !== 'sms') throw new Error(`"${what ?? ''}" is neither push nor sms\n\n${usage}`);
    const steps = what === 'push' ? pushSteps(values) : smsSteps(values);
    console.log(values.json ? JSON.stringify(steps, undefined, 2) : inWords(steps));
    return 0;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    console.error(code?.startsWith('ERR_PARSE_ARGS') ? `${message}\n\n${usage}` : message);
    return 2;
  }
}

type Values = Readonly<Partial<Record<keyof typeof options, string | boolean>>>;

function pushSteps({ platform = '', secret = '', topic = '' }: Values): Step[] {
  const known = platforms[String(platform)];
  refuse([
    !known && `--platform is "${platform}"; give ${Object.keys(platforms).join(', ')}`,
    !/^[\w/+=.@-]+$/.test(String(secret)) &&
      `--secret is "${secret}"; give the name of a secret of Secrets Manager that holds the credential`,
    !/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(String(topic)) &&
      `--topic is "${topic}"; give the ARN of a standard topic`,
  ]);
  return [
    {
      does: `a platform application for ${known.name}; the secret ${secret} holds ${known.credential}, and never stands in a command`,
      command: `aws sns create-platform-application --name groundplan --platform ${known.name} --attributes "$(aws secretsmanager get-secret-value --secret-id ${secret} --query SecretString --output text)" --query PlatformApplicationArn --output text`,
    },
    {
      does: 'an endpoint for each phone, by the token its app was given; an application of yours does this when the app starts',
      command:
        'aws sns create-platform-endpoint --platform-application-arn <from above> --token <of the phone> --query EndpointArn --output text',
    },
    {
      does: 'the phone hears the topic; in a stack: topic.subscribe(id, Subscriber.push(<endpoint>, deadLetters))',
      command: `aws sns subscribe --topic-arn ${topic} --protocol application --notification-endpoint <endpoint from above>`,
    },
  ];
}

function smsSteps({ limit = '', number }: Values): Step[] {
  refuse([
    !/^\d{1,6}$/.test(String(limit)) &&
      `--limit is "${limit}"; give whole US dollars a month, which AWS lets be as much as the quota of the account`,
    number !== undefined &&
      !/^\+[1-9]\d{6,14}$/.test(String(number)) &&
      `--number is "${number}"; write it in international form, such as +4915112345678`,
  ]);
  const phone = number ?? '<+4915112345678>';
  return [
    {
      does: `what messages may cost in a month, before the first is sent: ${limit} USD`,
      command: `aws sns set-sms-attributes --attributes MonthlySpendLimit=${limit},DefaultSMSType=Transactional`,
    },
    {
      does: 'whether the account is in the sandbox, where it writes to verified numbers only',
      command: 'aws sns get-sms-sandbox-account-status',
    },
    {
      does: 'a number to try with; it is sent a code',
      command: `aws sns create-sms-sandbox-phone-number --phone-number ${phone} --language-code en-US`,
    },
    {
      does: 'the code that came',
      command: `aws sns verify-sms-sandbox-phone-number --phone-number ${phone} --one-time-password <code>`,
    },
    {
      does: 'who the message comes from, which many countries want: a number or a name, registered first',
      command:
        'aws pinpoint-sms-voice-v2 request-phone-number --iso-country-code <country> --message-type TRANSACTIONAL --number-capabilities SMS --number-type LONG_CODE',
    },
    {
      does: 'out of the sandbox: a case in the support centre, "Service limit increase", "SNS text messaging"; a person answers within a day',
      command:
        'aws support create-case --service-code sms-and-mms --category-code general --subject "SNS SMS production access" --communication-body "<who gets which messages, and how they agreed>"',
    },
  ];
}

function refuse(faults: readonly (string | false)[]): void {
  const real = faults.filter(Boolean);
  if (real.length > 0) throw new Error([...real, '', usage].join('\n'));
}

const inWords = (steps: readonly Step[]): string =>
  steps.map(({ does, command }, i) => `${i + 1}. ${does}\n   ${command}`).join('\n');
