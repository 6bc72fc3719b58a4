import { parseArgs } from 'node:util';
import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  SESv2Client,
  type GetAccountCommandOutput,
  type GetEmailIdentityCommandOutput,
} from '@aws-sdk/client-sesv2';
import { textTable } from '../table';

const usage = `groundplan mail-status [<domain or address>] [--json]
    whether the account may send mail, to whom and how much; of a sender, whether it is verified and which records are missing`;

/** What SES says of an account and a sender. */
export interface MailStatus {
  /** Whether mail goes to verified recipients only. */
  readonly sandbox: boolean;
  /** `HEALTHY`, `PROBATION` or `SHUTDOWN`. */
  readonly enforcement: string;
  readonly sending: boolean;
  readonly perDay: number;
  readonly perSecond: number;
  readonly sentLastDay: number;
  readonly sender?: {
    readonly name: string;
    readonly verified: boolean;
    /** Records that SES does not find: type, name and value. */
    readonly missing: readonly string[];
  };
  /** What to do next, in sentences and commands. */
  readonly next: readonly string[];
}

/**
 * Says whether an account and a sender are ready to send mail, and what is left to do. SES has no resource type by which a stack
 * could leave the sandbox: somebody has to ask, and a person at AWS answers.
 *
 * @returns 0, 1 where SES could not be asked, or 2 where the words cannot be understood
 * @claims messaging-email-sandbox
 */
export async function run(args: readonly string[], client = () => new SESv2Client({})): Promise<number> {
  let sender: string | undefined;
  let json: boolean;
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
    const [first, extra] = parsed.positionals;
    if (extra !== undefined) throw new Error(`"${extra}" is one word too many; name one sender`);
    sender = first;
    json = parsed.values.json ?? false;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const status = await statusOf(client(), sender);
    console.log(json ? JSON.stringify(status, undefined, 2) : told(status));
    return 0;
  } catch (error) {
    console.error(inWords(error as Error, sender));
    return 1;
  }
}

async function statusOf(ses: SESv2Client, sender?: string): Promise<MailStatus> {
  const account = await ses.send(new GetAccountCommand({}));
  const identity =
    sender === undefined ? undefined : await ses.send(new GetEmailIdentityCommand({ EmailIdentity: sender }));
  const region = await ses.config.region();
  const of = identity && {
    name: sender!,
    verified: identity.VerifiedForSendingStatus ?? false,
    missing: missingOf(sender!, identity, region),
  };
  return {
    sandbox: !account.ProductionAccessEnabled,
    enforcement: account.EnforcementStatus ?? 'unknown',
    sending: account.SendingEnabled ?? false,
    perDay: account.SendQuota?.Max24HourSend ?? 0,
    perSecond: account.SendQuota?.MaxSendRate ?? 0,
    sentLastDay: account.SendQuota?.SentLast24Hours ?? 0,
    ...(of && { sender: of }),
    next: nextOf(account, of),
  };
}

/** The records SES looks for and has not found. */
function missingOf(sender: string, identity: GetEmailIdentityCommandOutput, region: string): string[] {
  const { DkimAttributes: dkim, MailFromAttributes: from } = identity;
  const signing = dkim?.SigningEnabled !== false && dkim?.Status !== 'SUCCESS' ? (dkim?.Tokens ?? []) : [];
  return [
    ...signing.map((token) => `CNAME ${token}._domainkey.${sender} ${token}.dkim.amazonses.com`),
    ...(from?.MailFromDomain && from.MailFromDomainStatus !== 'SUCCESS'
      ? [
          `MX ${from.MailFromDomain} 10 feedback-smtp.${region}.amazonses.com`,
          `TXT ${from.MailFromDomain} "v=spf1 include:amazonses.com ~all"`,
        ]
      : []),
  ];
}

function nextOf(account: GetAccountCommandOutput, sender: MailStatus['sender']): string[] {
  const isAddress = sender?.name.includes('@') ?? false;
  return [
    sender &&
      !sender.verified &&
      isAddress &&
      `Open the link in the mail SES sent to ${sender.name}; without it: aws sesv2 create-email-identity --email-identity ${sender.name}`,
    sender &&
      !sender.verified &&
      !isAddress &&
      'Write the missing records where the domain is kept; SES looks for them for three days.',
    !account.ProductionAccessEnabled &&
      account.Details?.ReviewDetails?.Status === 'PENDING' &&
      'AWS is looking at your request to leave the sandbox.',
    !account.ProductionAccessEnabled &&
      account.Details?.ReviewDetails?.Status !== 'PENDING' &&
      'To leave the sandbox: aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL --website-url <your site> --use-case-description "<who gets what, and how they leave>"',
    !account.ProductionAccessEnabled &&
      'Until then mail goes to verified recipients only, and to the mailbox simulator: success@simulator.amazonses.com, bounce@…, complaint@….',
    account.SendingEnabled === false &&
      'Sending is paused for the whole account: aws sesv2 put-account-sending-attributes --sending-enabled',
    account.EnforcementStatus !== undefined &&
      account.EnforcementStatus !== 'HEALTHY' &&
      `SES has put the account under ${account.EnforcementStatus}; look at bounces and complaints before you send more.`,
  ].filter((line): line is string => Boolean(line));
}

function told(status: MailStatus): string {
  const { sender } = status;
  const rows = [
    ['account', status.sandbox ? 'in the sandbox' : 'may write to anybody'],
    ['health', `${status.enforcement}${status.sending ? '' : ', sending is paused'}`],
    ['quota', `${status.perDay} a day, ${status.perSecond} a second; ${status.sentLastDay} sent in the last day`],
    ...(sender ? [['sender', `${sender.name}: ${sender.verified ? 'verified' : 'not verified'}`]] : []),
    ...(sender?.missing ?? []).map((record) => ['missing', record]),
  ];
  return [
    textTable([['what', 'how it stands'], ...rows]),
    ...(status.next.length > 0 ? ['', ...status.next] : []),
  ].join('\n');
}

function inWords({ name, message }: Error, sender?: string): string {
  if (name === 'NotFoundException')
    return `SES knows no sender ${sender} in this region; aws sesv2 list-email-identities shows those it knows`;
  return `SES could not be asked: ${message}`;
}
