import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { MailSender } from '../../constructs/messaging/sender-identity';
import type { Settings } from '../../settings';

/** A domain that nobody owns, nor ever will (RFC 2606): SES waits for its records for ever and sends nothing. */
const nobodys = 'newsletter.example';

/** Who mail comes from: your domain, your address, or nobody yet. */
export function senderOf(scope: Construct, { domainName, hostedZoneId, mailSender }: Settings): MailSender {
  if (domainName !== undefined && hostedZoneId !== undefined) {
    const zone = { hostedZoneId, zoneName: domainName };
    return MailSender.zone(PublicHostedZone.fromPublicHostedZoneAttributes(scope, 'Zone', zone));
  }
  return mailSender === undefined ? MailSender.domain(nobodys) : MailSender.address(mailSender);
}
