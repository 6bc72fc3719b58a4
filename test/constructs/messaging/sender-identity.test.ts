import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Stack } from 'aws-cdk-lib';
import {
  MailSender,
  SenderIdentity,
  type SenderDomainOptions,
} from '../../../lib/constructs/messaging/sender-identity';
import { templateOf, testStack } from '../../support/app';

const zoned = (stack: Stack, options?: SenderDomainOptions) =>
  MailSender.zone(
    PublicHostedZone.fromPublicHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: 'Z123',
      zoneName: 'example.com',
    }),
    options,
  );
const make = (sender: (stack: Stack) => MailSender) => (stack: Stack) =>
  new SenderIdentity(stack, 'Sender', { sender: sender(stack) });
const refusal = (sender: (stack: Stack) => MailSender) => () => make(sender)(testStack());

describe('SenderIdentity', () => {
  test('a domain whose zone is in Route 53 signs its mail by three records that are written there [messaging-email-domain]', () => {
    const template = templateOf(make(zoned));
    template.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: 'example.com' });
    const names = Object.values(template.findResources('AWS::Route53::RecordSet', { Properties: { Type: 'CNAME' } }));
    expect(names.map(({ Properties }) => Properties.Name['Fn::GetAtt'][1]).sort()).toEqual([
      'DkimDNSTokenName1',
      'DkimDNSTokenName2',
      'DkimDNSTokenName3',
    ]);
    expect(names.map(({ Properties }) => Properties.HostedZoneId)).toEqual(['Z123', 'Z123', 'Z123']);
    expect(Object.keys(template.findOutputs('*'))).toEqual([]);
  });

  test('a domain kept elsewhere tells the records to write there, three of them for signing [messaging-email-domain]', () => {
    const template = templateOf(make(() => MailSender.domain('example.org')));
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
    const told = Object.values(template.findOutputs('*')).map(({ Value }) => JSON.stringify(Value));
    expect(told.filter((value) => value.includes('DkimDNSTokenValue'))).toHaveLength(3);
    expect(told.filter((value) => value.includes('CNAME'))).toHaveLength(3);
    expect(told.slice(3)).toEqual([
      expect.stringContaining('bounce.example.org MX 10 feedback-smtp.'),
      expect.stringContaining('v=spf1 include:amazonses.com ~all'),
      expect.stringContaining('_dmarc.example.org TXT'),
    ]);
  });

  test('has a return path of its own with MX and SPF, and says what becomes of mail that is not signed [messaging-email-mail-from]', () => {
    const template = templateOf(make(zoned));
    template.hasResourceProperties('AWS::SES::EmailIdentity', {
      MailFromAttributes: { MailFromDomain: 'bounce.example.com', BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
      FeedbackAttributes: { EmailForwardingEnabled: false },
    });
    const record = (Type: string, Name: string, ResourceRecords: unknown) =>
      template.hasResourceProperties('AWS::Route53::RecordSet', { Type, Name, ResourceRecords });
    record('MX', 'bounce.example.com.', [
      { 'Fn::Join': ['', ['10 feedback-smtp.', { Ref: 'AWS::Region' }, '.amazonses.com']] },
    ]);
    record('TXT', 'bounce.example.com.', ['"v=spf1 include:amazonses.com ~all"']);
    record('TXT', '_dmarc.example.com.', ['"v=DMARC1; p=quarantine"']);
  });

  test('fails when the return path lies outside the domain [messaging-email-mail-from]', () => {
    expect(refusal((stack) => zoned(stack, { returnPath: 'bounce.example.net' }))).toThrow(
      'Stack/Sender:\n  returnPath is bounce.example.net, which is no sub-domain of example.com, so that SES refuses it; give one, such as bounce.example.com',
    );
    expect(refusal(() => MailSender.domain('example.com', { returnPath: 'badexample.com' }))).toThrow(
      'returnPath is badexample.com, which is no sub-domain of example.com',
    );
  });

  test('a single address is a sender too, with no records [messaging-email-address]', () => {
    const template = templateOf(make(() => MailSender.address('news@example.com')));
    template.hasResourceProperties('AWS::SES::EmailIdentity', {
      EmailIdentity: 'news@example.com',
      MailFromAttributes: Match.absent(),
    });
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
    expect(Object.keys(template.findOutputs('*'))).toEqual([]);
    expect(make(() => MailSender.address('news@example.com'))(testStack()).address).toBe('news@example.com');
    expect(make(() => MailSender.domain('example.com'))(testStack()).address).toBe('no-reply@example.com');
  });

  test.each(['news', 'a@b', 'a@example.com,b@example.com', 'News <news@example.com>'])(
    'fails with %s for an address [messaging-email-address]',
    (address) => {
      expect(refusal(() => MailSender.address(address))).toThrow(
        `address is ${address}; give one address, such as news@example.com`,
      );
    },
  );

  test.each(['Example.com', 'example.com.', 'example', 'http://example.com'])('fails with %s for a domain', (name) => {
    expect(refusal(() => MailSender.domain(name))).toThrow(
      `domain is ${name}; give a name in lower case without a dot at its end, such as example.com`,
    );
  });

  test('who may send may do so from this name, through one configuration set', () => {
    const template = templateOf((stack) => {
      const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      make(() => MailSender.domain('example.com'))(stack).grantSend(role, 'receipts');
    });
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const [{ Action, Resource }, ...others] = policy.Properties.PolicyDocument.Statement as {
      Action: string;
      Resource: unknown[];
    }[];
    expect(others).toEqual([]);
    expect(Action).toBe('ses:SendEmail');
    expect(Resource.map((one) => JSON.stringify(one)).sort()).toEqual([
      expect.stringContaining(':configuration-set/receipts'),
      expect.stringContaining(':identity/'),
    ]);
  });
});
