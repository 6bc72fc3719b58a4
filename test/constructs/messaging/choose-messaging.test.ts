import {
  chooseMessaging,
  type Messaging,
  type MessagingNeeds,
} from '../../../lib/constructs/messaging/choose-messaging';

test.each<[string, MessagingNeeds, Messaging]>([
  ['one group produces and one group works', {}, 'queue'],
  ['work is done later by somebody else, who may be slow', { consumers: 1 }, 'queue'],
  ['three kinds of consumers each need every message', { consumers: 3 }, 'topic'],
  ['devices send readings all the time', { manyProducers: true }, 'stream'],
  ['several consumers look at the last hour', { rollingWindow: true, consumers: 3 }, 'stream'],
  ['clicks are counted as they come', { manyProducers: true, rollingWindow: true }, 'stream'],
  ['an instance stopped', { fromAwsOrPartners: true }, 'bus'],
  ['a partner tells of a payment', { fromAwsOrPartners: true, consumers: 2 }, 'bus'],
  ['rules decide who hears what', { routedByContent: true, consumers: 5 }, 'bus'],
  ['an order is paid, packed and sent, one after the other', { stepsBelongTogether: true, consumers: 3 }, 'workflow'],
])('%s: %j is for a %s [messaging-queue-or-stream]', (_, needs, use) => {
  const choice = chooseMessaging(needs);
  expect(choice.use).toBe(use);
  expect(choice.because.split(' ').length).toBeGreaterThan(8);
});
