import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'newsletter-and-receipts';
const sandbox = architecture(name);
type Properties = Record<string, any>;
const all = (type: string, template = sandbox): [string, Properties][] =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties ?? {}]);
const only = (type: string, id: RegExp, template = sandbox): Properties => {
  const found = all(type, template).filter(([key]) => id.test(key));
  expect([id, found.map(([key]) => key)]).toEqual([id, [expect.any(String)]]);
  return found[0][1];
};
const variablesOf = (id: RegExp): Record<string, any> => only('AWS::Lambda::Function', id).Environment.Variables;

describe('who mail comes from', () => {
  test('is your domain where you have one, your address, or a domain nobody can have [messaging-email-domain, messaging-email-address]', () => {
    expect(only('AWS::SES::EmailIdentity', /^Sender/).EmailIdentity).toBe('newsletter.example');
    const address = architecture(name, { mailSender: 'news@example.com' });
    expect(only('AWS::SES::EmailIdentity', /^Sender/, address).EmailIdentity).toBe('news@example.com');
    const domain = architecture(name, { domainName: 'example.com', hostedZoneId: 'Z123' });
    expect(only('AWS::SES::EmailIdentity', /^Sender/, domain).EmailIdentity).toBe('example.com');
    expect(
      all('AWS::Route53::RecordSet', domain)
        .map(([, { Type }]) => Type)
        .sort(),
    ).toEqual(['CNAME', 'CNAME', 'CNAME', 'MX', 'TXT', 'TXT']);
  });
});

describe('two purposes', () => {
  test('run the same code, each with its own kind, set and queue [messaging-email-purposes]', () => {
    const told = [/^SendReceiptsWorkerFunction/, /^SendNewslettersWorkerFunction/].map((id) => {
      const { MAIL_KIND, MAIL_CONFIGURATION_SET, SUBSCRIPTIONS_URL } = variablesOf(id);
      expect(SUBSCRIPTIONS_URL['Fn::GetAtt'][1]).toBe('FunctionUrl');
      return [MAIL_KIND, MAIL_CONFIGURATION_SET.Ref];
    });
    expect(told).toEqual([
      ['transactional', expect.stringMatching(/^ReceiptsSet/)],
      ['marketing', expect.stringMatching(/^NewslettersSet/)],
    ]);
  });

  test('share what SES takes in a second ten to two, so that receipts are sent first [messaging-email-purposes]', () => {
    const shareOf = (id: RegExp) => only('AWS::Lambda::EventSourceMapping', id).ScalingConfig.MaximumConcurrency;
    expect([shareOf(/^ReceiptsConsumer/), shareOf(/^NewslettersConsumer/)]).toEqual([10, 2]);
  });

  test('an alarm on newsletters stops newsletters, and receipts go on [messaging-email-reputation]', () => {
    const [[, rule], ...others] = all('AWS::Events::Rule');
    expect(others).toEqual([]);
    expect(rule.EventPattern.resources.map((one: any) => one['Fn::GetAtt'][0])).toEqual([
      expect.stringMatching(/^NewslettersBounceRate/),
      expect.stringMatching(/^NewslettersComplaintRate/),
    ]);
    expect(variablesOf(/^NewslettersPauseFunction/).MAIL_MAPPING_ID.Ref).toMatch(/^NewslettersConsumer/);
  });
});

describe('the lists', () => {
  test('an issue reads those who are listed and nobody else: only they are in its index', () => {
    const { GlobalSecondaryIndexes: indexes } = only('AWS::DynamoDB::GlobalTable', /^ListsSubscribers/);
    expect(
      indexes.map(({ IndexName, KeySchema }: any) => [IndexName, ...KeySchema.map((k: any) => k.AttributeName)]),
    ).toEqual([
      ['listed', 'listed', 'email'],
      ['token', 'token'],
    ]);
  });

  test('a mail is remembered for longer than any queue keeps its message', () => {
    const { TimeToLiveSpecification } = only('AWS::DynamoDB::GlobalTable', /^ListsMails/);
    expect(TimeToLiveSpecification).toEqual({ AttributeName: 'expires', Enabled: true });
    const kept = all('AWS::SQS::Queue').map(([, { MessageRetentionPeriod }]) => MessageRetentionPeriod);
    expect(Math.max(...kept)).toBeLessThan(30 * 86_400);
  });

  test('a mail may be unclear for a minute, and a message is hidden for two, so that the next receive can tell [messaging-email-send]', () => {
    for (const queue of [/^ReceiptsMailsQueue/, /^NewslettersMailsQueue/])
      expect(only('AWS::SQS::Queue', queue).VisibilityTimeout).toBeGreaterThanOrEqual(120);
  });

  test('what SES tells goes to the function that hears, and where it cannot, to a queue with an alarm [messaging-email-suppression]', () => {
    const [[, { Protocol, Endpoint, RedrivePolicy }], ...others] = all('AWS::SNS::Subscription');
    expect(others).toEqual([]);
    expect(Protocol).toBe('lambda');
    expect(Endpoint['Fn::GetAtt'][0]).toMatch(/^FeedbackWorkerFunction/);
    expect(RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]).toMatch(/^FailuresQueue/);
  });
});

test('the door is public, and five runs at a time are all that anybody can make of it', () => {
  expect(all('AWS::Lambda::Url').map(([, { AuthType }]) => AuthType)).toEqual(['NONE']);
  expect(only('AWS::Lambda::Function', /^SubscriptionsDoor/).ReservedConcurrentExecutions).toBe(5);
});

describe('templates', () => matchesItsSnapshots(name));
