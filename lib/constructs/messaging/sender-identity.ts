import { CfnOutput, Stack, Token } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { TxtRecord, type IPublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { EmailIdentity, Identity, MailFromBehaviorOnMxFailure, type IEmailIdentity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { refuse } from '../faults';

export interface SenderDomainOptions {
  /**
   * The domain bounces return to, a sub-domain of the sender's. Receivers compare the two: with a return path of its own a sender
   * is trusted more.
   * @default - `bounce.` and the domain
   */
  readonly returnPath?: string;
}

/** Who mail comes from. */
export class MailSender {
  /** A domain whose zone is in Route 53: every record is written there. */
  static zone(zone: IPublicHostedZone, options: SenderDomainOptions = {}): MailSender {
    return MailSender.ofDomain(zone.zoneName, options, zone);
  }

  /** A domain whose records are kept elsewhere: they become outputs of the stack, to be written there by hand. */
  static domain(name: string, options: SenderDomainOptions = {}): MailSender {
    return MailSender.ofDomain(name, options);
  }

  /** A single address; SES mails it a link, and nothing is sent before somebody opens that. */
  static address(address: string): MailSender {
    return new MailSender(Identity.email(address), address, undefined, undefined, [
      !Token.isUnresolved(address) &&
        !/^[^\s@,<>"]+@[^\s@,<>"]+\.[a-z]{2,}$/i.test(address) &&
        `address is ${address}; give one address, such as news@example.com`,
    ]);
  }

  private static ofDomain(name: string, options: SenderDomainOptions, zone?: IPublicHostedZone): MailSender {
    const { returnPath = `bounce.${name}` } = options;
    const faults = Token.isUnresolved(name)
      ? []
      : [
          !/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(name) &&
            `domain is ${name}; give a name in lower case without a dot at its end, such as example.com`,
          !Token.isUnresolved(returnPath) &&
            !returnPath.endsWith(`.${name}`) &&
            `returnPath is ${returnPath}, which is no sub-domain of ${name}, so that SES refuses it; give one, such as bounce.${name}`,
        ];
    return new MailSender(
      zone ? Identity.publicHostedZone(zone) : Identity.domain(name),
      `no-reply@${name}`,
      { name, returnPath },
      zone,
      faults,
    );
  }

  private constructor(
    readonly identity: Identity,
    /** The address in the From line. */
    readonly address: string,
    readonly domain: { readonly name: string; readonly returnPath: string } | undefined,
    readonly zone: IPublicHostedZone | undefined,
    readonly faults: readonly (string | false)[],
  ) {}
}

export interface SenderIdentityProps {
  readonly sender: MailSender;
}

/** A record that receivers of mail look up. */
export interface MailRecord {
  readonly type: 'CNAME' | 'MX' | 'TXT';
  readonly name: string;
  readonly value: string;
}

/**
 * A name that mail may be sent from. A domain signs its mail (three CNAME records for DKIM), has a return path of its own (MX and
 * SPF) and says what receivers do with mail that is not signed so (DMARC); the records are written into its zone, or told.
 *
 * @claims messaging-email-domain, messaging-email-address, messaging-email-mail-from
 */
export class SenderIdentity extends Construct {
  readonly identity: IEmailIdentity;
  /** The address in the From line. */
  readonly address: string;
  /** What receivers look up; empty for an address. */
  readonly records: readonly MailRecord[];

  constructor(scope: Construct, id: string, props: SenderIdentityProps) {
    super(scope, id);
    const { sender } = props;
    refuse(this, sender.faults);
    const identity = new EmailIdentity(this, 'Identity', {
      identity: sender.identity,
      ...(sender.domain && {
        mailFromDomain: sender.domain.returnPath,
        mailFromBehaviorOnMxFailure: MailFromBehaviorOnMxFailure.USE_DEFAULT_VALUE,
      }),
      // Bounces go to an event destination; forwarded too, they would come back to the address that sends.
      feedbackForwarding: false,
    });
    this.identity = identity;
    this.address = sender.address;
    this.records = sender.domain ? recordsOf(identity, sender.domain, Stack.of(this).region) : [];
    if (sender.domain && sender.zone)
      new TxtRecord(this, 'Dmarc', { zone: sender.zone, recordName: '_dmarc', values: [dmarc] });
    if (sender.domain && !sender.zone) {
      this.records.forEach(
        ({ type, name, value }, i) =>
          new CfnOutput(this, `Record${i + 1}`, {
            description: `A ${type} record to write where the domain is kept`,
            value: `${name} ${type} ${value}`,
          }),
      );
    }
  }

  /** Lets an identity send from this name, through one configuration set and no other. */
  grantSend(grantee: IGrantable, configurationSet: string): Grant {
    const set = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: configurationSet,
    });
    return Grant.addToPrincipal({
      grantee,
      actions: ['ses:SendEmail'],
      resourceArns: [this.identity.emailIdentityArn, set],
    });
  }
}

/** What receivers do with mail that claims to come from here and is signed by nobody: into the spam folder. */
const dmarc = 'v=DMARC1; p=quarantine';

function recordsOf(
  identity: EmailIdentity,
  { name, returnPath }: { readonly name: string; readonly returnPath: string },
  region: string,
): MailRecord[] {
  return [
    ...identity.dkimRecords.map((record): MailRecord => ({ type: 'CNAME', ...record })),
    { type: 'MX', name: returnPath, value: `10 feedback-smtp.${region}.amazonses.com` },
    { type: 'TXT', name: returnPath, value: '"v=spf1 include:amazonses.com ~all"' },
    { type: 'TXT', name: `_dmarc.${name}`, value: `"${dmarc}"` },
  ];
}
