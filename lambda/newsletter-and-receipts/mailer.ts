import { setTimeout as pause } from 'node:timers/promises';
import { SendEmailCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { Refused } from '../shared/batch';
import type { Ledger } from './ledger';
import { composed, type Mail, type MailKind } from './mail';
import type { Subscribers } from './subscribers';

/** SES takes no more at the moment. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

export interface MailerOptions {
  readonly ses: SESv2Client;
  readonly ledger: Pick<Ledger, 'claim' | 'release' | 'settle'>;
  readonly subscribers: Pick<Subscribers, 'maySend'>;
  readonly kind: MailKind;
  readonly sender: string;
  readonly configurationSet: string;
  /** Where subscribers confirm and leave; ends with a slash. */
  readonly subscriptions: string;
  /** How long to wait before the n-th further try, in milliseconds; one entry a try. */
  readonly waits?: readonly number[];
}

/** What SES says when it has not taken a mail because there are too many. */
const tooMany = new Set(['TooManyRequestsException', 'LimitExceededException', 'ThrottlingException', 'Throttling']);
/** What it says when it will not take this mail, whoever asks and whenever, until somebody changes something. */
const no = new Set([
  'AccountSuspendedException',
  'BadRequestException',
  'MailFromDomainNotVerifiedException',
  'MessageRejected',
  'NotFoundException',
  'SendingPausedException',
]);

/** Sends each mail once. What somebody waits for goes first: when SES is busy, it is tried again at once, and all else steps back. */
export class Mailer {
  readonly #waits: readonly number[];
  #steppingBack = false;

  constructor(private readonly options: MailerOptions) {
    this.#waits = options.waits ?? (options.kind === 'transactional' ? [200, 400, 800] : []);
  }

  /** A new run: whether SES is busy is to be seen again. */
  starting(): void {
    this.#steppingBack = false;
  }

  /**
   * @returns what became of it
   * @throws when it is to be tried again, or never to be sent (Refused)
   */
  async send(mail: Mail, signal?: AbortSignal): Promise<'sent' | 'sent before' | 'skipped'> {
    if (this.#steppingBack) throw new Busy('SES is busy; this mail steps back for others');
    const { ledger, subscribers, kind } = this.options;
    const claim = await ledger.claim(mail.id);
    if (claim.is === 'done') return 'sent before';
    if (claim.is === 'unclear') throw new Error('it may have been sent a moment ago; SES will tell, or not');
    if (!(await this.#taken(claim.by, mail.id, () => subscribers.maySend(mail.to, kind)))) {
      await ledger.settle(mail.id, 'skipped');
      return 'skipped';
    }
    await this.#offer(mail, claim.by, signal);
    // The event of SES says the same; without it the mail would be taken for unsent.
    await ledger.settle(mail.id, 'sent').catch(() => undefined);
    return 'sent';
  }

  async #offer(mail: Mail, by: string, signal?: AbortSignal): Promise<void> {
    for (let tried = 0; ; tried++) {
      try {
        await this.#ask(mail, signal);
        return;
      } catch (error) {
        const { name, message } = error as Error;
        if (tooMany.has(name)) {
          if (tried < this.#waits.length && !signal?.aborted) {
            await pause(this.#waits[tried]);
            continue;
          }
          await this.options.ledger.release(mail.id, by);
          this.#steppingBack = this.options.kind === 'marketing';
          throw new Busy(`SES is busy: ${message}`);
        }
        if (no.has(name)) {
          await this.options.ledger.release(mail.id, by);
          throw new Refused(`SES does not take it: ${name}: ${message}`);
        }
        throw error;
      }
    }
  }

  /** What fails before SES was asked gives the claim back. */
  async #taken<T>(by: string, id: string, look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      await this.options.ledger.release(id, by);
      throw error;
    }
  }

  async #ask(mail: Mail, signal?: AbortSignal): Promise<void> {
    const { ses, sender, configurationSet, subscriptions } = this.options;
    const { subject, text, headers } = composed(mail, subscriptions);
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: sender,
        Destination: { ToAddresses: [mail.to] },
        Content: {
          Simple: {
            Subject: { Data: subject, Charset: 'UTF-8' },
            Body: { Text: { Data: text, Charset: 'UTF-8' } },
            ...(headers.length > 0 && { Headers: [...headers] }),
          },
        },
        ConfigurationSetName: configurationSet,
        EmailTags: [{ Name: 'mail', Value: mail.id }],
      }),
      { abortSignal: signal },
    );
  }
}
