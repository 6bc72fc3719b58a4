import { run, type Step } from '../../tools/notice-setup';
import { listening } from '../support/console';

const said = listening();
const topic = 'arn:aws:sns:eu-west-1:111122223333:alerts';
const push = ['push', '--platform', 'gcm', '--secret', 'firebase', '--topic', topic];

test('phones with an app hear a topic by a platform application, an endpoint each, and a subscription; the credential stays in its secret [messaging-mobile-push]', () => {
  expect(run([...push, '--json'])).toBe(0);
  const commands = (JSON.parse(said[0]) as Step[]).map(({ command }) => command);
  expect(commands.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'aws sns create-platform-application',
    'aws sns create-platform-endpoint',
    'aws sns subscribe',
  ]);
  expect(commands[0]).toContain('--platform GCM');
  expect(commands[0]).toContain('$(aws secretsmanager get-secret-value --secret-id firebase');
  expect(commands[2]).toContain(`--topic-arn ${topic} --protocol application`);
});

test('messages to phones begin with what they may cost, then the sandbox, a number to try with, who they come from, and the way out [messaging-sms-sandbox]', () => {
  expect(run(['sms', '--limit', '5', '--number', '+4915112345678'])).toBe(0);
  const steps = said[0].split('\n').filter((line) => line.startsWith('   '));
  expect(steps.map((line) => line.trim().split(' ').slice(0, 3).join(' '))).toEqual([
    'aws sns set-sms-attributes',
    'aws sns get-sms-sandbox-account-status',
    'aws sns create-sms-sandbox-phone-number',
    'aws sns verify-sms-sandbox-phone-number',
    'aws pinpoint-sms-voice-v2 request-phone-number',
    'aws support create-case',
  ]);
  expect(steps[0]).toContain('MonthlySpendLimit=5');
  expect(steps[2]).toContain('--phone-number +4915112345678');
});

test.each([
  [
    ['push', '--platform', 'fax', '--secret', 'a b', '--topic', 'alerts'],
    '--platform is "fax"; give apns, apns-sandbox, gcm',
  ],
  [['push', '--platform', 'gcm', '--secret', 'a b', '--topic', topic], '--secret is "a b"; give the name of a secret'],
  [
    ['push', '--platform', 'gcm', '--secret', 'a', '--topic', 'alerts'],
    '--topic is "alerts"; give the ARN of a standard topic',
  ],
  [['sms'], '--limit is ""; give whole US dollars a month'],
  [['sms', '--limit', '5', '--number', '0151'], '--number is "0151"; write it in international form'],
  [['fax'], '"fax" is neither push nor sms'],
  [['sms', 'now', '--limit', '5'], '"now" is one word too many'],
  [['sms', '--quick'], 'groundplan notice-setup push'],
])('fails with %j', (args, message) => {
  expect(run(args)).toBe(2);
  expect(said.join('\n')).toContain(message);
});
