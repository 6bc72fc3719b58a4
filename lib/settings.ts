import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from './catalogue';
import { cidrFault } from './constructs/network/cidr';
import type { ProfileName } from './profile';
import { variantFaults } from './variants';

/** What an app is made with. Everything is optional; with more given, an architecture does more. */
export interface Settings {
  /** @default 'sandbox' */
  readonly profile?: ProfileName;
  /** Names of the architectures to synthesise. @default - all of them */
  readonly only?: readonly string[];
  /** Names of the forms architectures shall take, such as `nat-regional`. @default - the form their README describes */
  readonly variant?: readonly string[];
  /** The name a site or service is reached by; needs `hostedZoneId` and, where it is served, a certificate. @default - the service's own name */
  readonly domainName?: string;
  /** Id of the public Route 53 zone that holds `domainName`. @default - no records */
  readonly hostedZoneId?: string;
  /** ARN of an ACM certificate of the stack's region, for load balancers and APIs. @default - none */
  readonly certificateArn?: string;
  /** ARN of an ACM certificate of us-east-1, the only region CloudFront takes them from. @default - none */
  readonly edgeCertificateArn?: string;
  /** Who is mailed when an alarm goes off. @default - alarms reach a topic without subscribers */
  readonly alarmEmail?: string;
  /** Who gets a text message when something is urgent, a number such as +4915112345678; needs `smsEnabled`. @default - nobody */
  readonly alarmPhone?: string;
  /** The address mail is sent from where no domain is given; SES mails it a link to open. @default - an address nobody can verify, so that SES turns mail away */
  readonly mailSender?: string;
  /** Whether text messages are sent, `true` or `false`; the account's spending limit for them is set first. @default - they are only written down */
  readonly smsEnabled?: string;
  /** The only accounts this app may be synthesised for. @default - any */
  readonly allowedAccounts?: readonly string[];
  /** The account to fix the stacks to; needs `region`. @default - whichever account deploys */
  readonly account?: string;
  /** The region to fix the stacks to. @default - whichever region is deployed to */
  readonly region?: string;
  /** The region of second copies, where an architecture makes some. @default - another of the same country or union; us-west-2 where the region is not fixed */
  readonly secondRegion?: string;
  /** From where operators come who open SSH, where an architecture lets them, and the office of content-router; IPv4 blocks. @default - from nowhere */
  readonly allowFrom?: readonly string[];
  /** How long logs are kept where no claim says otherwise, in days: `14d`. @default - a week in sandbox, a year in production */
  readonly logRetention?: string;
  /** What the account may cost in a month before somebody is told, in US dollars. @default '25' */
  readonly monthlyBudget?: string;
  /** How many runs of functions the account may have in flight in a region, as Service Quotas says. @default '1000' */
  readonly accountConcurrency?: string;
  /** The client id of an application at Google, with whose accounts people may sign in where an architecture lets them. @default - none */
  readonly googleClientId?: string;
  /** The folder of the static site to publish, with an `index.html` and a `404.html`. @default - the project's own page */
  readonly siteFolder?: string;
  /** Name of the managed policy that bounds every role the stacks make; `docs/bootstrap.md` makes one. @default - none */
  readonly permissionsBoundary?: string;
  /** Who answers for the stacks, written on everything as a tag. @default - nobody is named */
  readonly owner?: string;
  /** After how long a sandbox stack deletes itself, `30m`, `8h` or `2d`. @default - never */
  readonly expiresAfter?: string;
}

/** The days that CloudWatch keeps logs for; there are no others. */
export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

type Name = keyof Settings;
type Raw = Readonly<Record<string, unknown>>;

/** One address, and nothing around it. */
const address = { must: 'be an e-mail address', holds: (v: string) => /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(v) };

const regionCode = {
  must: 'be the code of a region such as eu-west-1',
  holds: (v: string) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(v),
};

/** One rule a setting: what it must be, in the words of the message, and whether a value is that. */
const rules: Readonly<Record<Name, { readonly must: string; readonly holds: (value: string) => boolean }>> = {
  profile: { must: 'be sandbox or production', holds: (v) => v === 'sandbox' || v === 'production' },
  only: {
    must: `name architectures, separated by commas; there are ${catalogue.map((a) => a.name).join(', ')}`,
    holds: (v) => items(v).length > 0 && items(v).every((name) => catalogue.some((a) => a.name === name)),
  },
  variant: { must: 'name variants, separated by commas', holds: (v) => items(v).length > 0 },
  domainName: {
    must: 'be a domain name in lower case such as www.example.com',
    holds: (v) => v.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(v),
  },
  hostedZoneId: {
    must: 'be the id of a hosted zone such as Z0123456789ABCDEFGHIJ',
    holds: (v) => /^Z[A-Z0-9]{5,31}$/.test(v),
  },
  certificateArn: {
    must: 'be the ARN of a certificate such as arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d-…',
    holds: (v) => /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/.test(v),
  },
  edgeCertificateArn: {
    must: 'be the ARN of a certificate in us-east-1 such as arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d-…',
    holds: (v) => /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[A-Za-z0-9-]+$/.test(v),
  },
  alarmEmail: address,
  alarmPhone: {
    must: 'be a telephone number in international form such as +4915112345678',
    holds: (v) => /^\+[1-9]\d{6,14}$/.test(v),
  },
  mailSender: address,
  smsEnabled: { must: 'be true or false', holds: (v) => v === 'true' || v === 'false' },
  allowedAccounts: {
    must: 'list account numbers of 12 digits, separated by commas',
    holds: (v) => items(v).length > 0 && items(v).every((account) => /^\d{12}$/.test(account)),
  },
  account: { must: 'be an account number of 12 digits', holds: (v) => /^\d{12}$/.test(v) },
  region: regionCode,
  secondRegion: regionCode,
  allowFrom: {
    must: 'list IPv4 blocks, separated by commas, such as 203.0.113.7/32 for one address, and never the world',
    holds: (v) => items(v).length > 0 && items(v).every((block) => block !== '0.0.0.0/0' && !cidrFault('', block)),
  },
  logRetention: {
    must: `be a time CloudWatch keeps logs for: ${retentionDays.slice(0, -1).join('d, ')}d or ${retentionDays.at(-1)}d`,
    holds: (v) => v.endsWith('d') && retentionDays.includes(days(v)),
  },
  monthlyBudget: {
    must: 'be an amount of US dollars from 1 to 1000000 with at most two decimals, such as 25 or 12.50',
    holds: (v) => /^\d{1,7}(\.\d{1,2})?$/.test(v) && inRange(Number(v), 1, 1_000_000),
  },
  accountConcurrency: {
    must: 'be a whole number from 1 to 1000000, such as 1000',
    holds: (v) => /^\d{1,7}$/.test(v) && inRange(Number(v), 1, 1_000_000),
  },
  googleClientId: {
    must: 'be the client id of an application at Google such as 1234-abcd.apps.googleusercontent.com',
    holds: (v) => /^[\w-]+\.apps\.googleusercontent\.com$/.test(v),
  },
  siteFolder: {
    must: 'be a folder with an index.html and a 404.html, such as site after npm run site',
    holds: (v) => ['index.html', '404.html'].every((page) => existsSync(join(v, page))),
  },
  permissionsBoundary: {
    must: 'be the name of a managed policy of the account, without its ARN, such as groundplan-boundary',
    holds: (v) => /^[\w+=,.@-]{1,128}$/.test(v),
  },
  owner: {
    must: 'be 1 to 256 letters, digits, spaces or _ . : / = + - @ without space at the ends, such as ada@example.com',
    holds: (v) => v.length <= 256 && v === v.trim() && /^[\p{L}\p{N}\p{Z}_.:/=+\-@]+$/u.test(v),
  },
  expiresAfter: {
    must: 'be a time from 15m to 30d such as 45m, 8h or 2d',
    holds: (v) => inRange(minutes(v), 15, 30 * 24 * 60),
  },
};

const names = Object.keys(rules) as Name[];

/**
 * Reads the settings from CDK context (`-c profile=production`).
 *
 * Keys of the CDK itself (feature flags, cached look-ups) carry a colon or a slash; every other key must be a setting.
 *
 * @param context the app's context
 * @param deployingAccount the account the credentials at hand belong to, where known
 * @throws one error that lists every fault and what to write instead
 */
export function settingsFromContext(context: Raw, deployingAccount?: string): Settings {
  const given = Object.entries(context).filter(([key]) => !/[:/]/.test(key));
  const faults = [
    ...given.flatMap(([key, value]) => faultsOf(key, value)),
    ...contradictions(context, deployingAccount),
    ...variantFaultsOf(context),
  ];
  if (faults.length > 0) throw new Error(message(faults));

  const text = Object.fromEntries(given.map(([key, value]) => [key, asText(value)]));
  const only = onlyOf(context);
  return {
    ...text,
    ...(only && { only }),
    ...(text.variant !== undefined && { variant: items(text.variant) }),
    ...(text.allowFrom !== undefined && { allowFrom: items(text.allowFrom) }),
    ...(text.allowedAccounts !== undefined && { allowedAccounts: items(text.allowedAccounts) }),
  };
}

/** The architectures wanted, where not all are. */
const onlyOf = (context: Raw): string[] | undefined =>
  context.only === undefined ? chosenOnCommandLine(context) : items(asText(context.only));

/** Minutes in a time such as `30m`, `8h` or `2d`; NaN for anything else. */
export function minutes(time: string): number {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(time) ?? [];
  return Number(amount) * { m: 1, h: 60, d: 24 * 60 }[unit as 'm' | 'h' | 'd'];
}

/** Days in such a time; NaN for anything else. */
export const days = (time: string): number => minutes(time) / (24 * 60);

function faultsOf(key: string, value: unknown): string[] {
  const rule = rules[key as Name];
  if (!rule)
    return [
      `${key}=${asText(value)}: there is no such setting${suggestion(key)}; the settings are ${names.join(', ')}`,
    ];
  return rule.holds(asText(value)) ? [] : [`${key}=${asText(value)}: must ${rule.must}`];
}

/** Architectures are loaded only to know their variants; unknown names of architectures are told by their own rule. */
const variantFaultsOf = (context: Raw): string[] =>
  context.variant === undefined ? [] : variantFaults(items(asText(context.variant)), onlyOf(context)?.filter(isKnown));
const isKnown = (name: string): boolean => catalogue.some((a) => a.name === name);

/** Whether any of the architectures wanted serves under a name, and does not only write it into zones. */
const wantsCertificate = (context: Raw): boolean =>
  catalogue.some(({ name, needsCertificate = true }) => needsCertificate && (onlyOf(context)?.includes(name) ?? true));

function contradictions(context: Raw, deployingAccount?: string): string[] {
  const has = (name: Name) => context[name] !== undefined;
  const faults: string[] = [];
  const certified = has('certificateArn') || has('edgeCertificateArn');
  if (has('domainName') && !(has('hostedZoneId') && (certified || !wantsCertificate(context)))) {
    faults.push(
      `domainName=${asText(context.domainName)}: needs hostedZoneId and certificateArn (edgeCertificateArn for CloudFront) beside it, or leave it out and use the service's own name`,
    );
  }
  if (has('hostedZoneId') && !has('domainName')) {
    faults.push(
      `hostedZoneId=${asText(context.hostedZoneId)}: says where to write records but not which; give domainName too`,
    );
  }
  if (has('account') && !has('region')) {
    faults.push(`account=${asText(context.account)}: fixes the account only; give region too, or leave both out`);
  }
  if (has('secondRegion') && context.secondRegion === context.region) {
    faults.push(
      `secondRegion=${asText(context.secondRegion)}: is the region itself, with which the copies would be lost; choose another, or leave it out`,
    );
  }
  if (has('expiresAfter') && context.profile === 'production') {
    faults.push(
      `expiresAfter=${asText(context.expiresAfter)}: is for sandboxes; production stacks do not delete themselves, so leave it out`,
    );
  }
  const target = has('account') ? asText(context.account) : deployingAccount;
  if (has('allowedAccounts') && target !== undefined && !items(asText(context.allowedAccounts)).includes(target)) {
    faults.push(
      `allowedAccounts=${asText(context.allowedAccounts)}: does not list ${target}, the account in use; switch credentials, or add it`,
    );
  }
  return faults;
}

/**
 * The stacks of `cdk synth --exclusively <name>`: the CLI tells the app which stacks need bundling, and those are the ones
 * it will look at. Anything but plain names of architectures means all of them.
 */
function chosenOnCommandLine(context: Raw): string[] | undefined {
  const stacks = context['aws:cdk:bundling-stacks'];
  if (!Array.isArray(stacks) || stacks.length === 0) return undefined;
  return stacks.every((stack) => catalogue.some((a) => a.name === stack)) ? stacks : undefined;
}

function message(faults: readonly string[]): string {
  const head = faults.length === 1 ? 'A setting cannot be used' : `${faults.length} settings cannot be used`;
  return [`${head}:`, ...faults.map((fault) => `  -c ${fault}`)].join('\n');
}

function suggestion(key: string): string {
  const near = names.find((name) => distance(name.toLowerCase(), key.toLowerCase()) <= 2);
  return near ? `, did you mean ${near}?` : '';
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(row[j - 1] + 1, previous[j] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length];
}

const asText = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));
const items = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
const inRange = (value: number, low: number, high: number): boolean => value >= low && value <= high;
