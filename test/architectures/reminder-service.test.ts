import validate from 'asl-validator';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { reminderWithin } from '../../lambda/reminder-service/reminder';
import { notCovered } from '../../lib/constructs/serverless/machine-coverage';
import type { Json } from '../../lib/constructs/serverless/machine-paths';
import { runMachine, type FakeTask, type MachineRun } from '../../lib/constructs/serverless/machine-run';
import { statesOf, type MachineDefinition } from '../../lib/constructs/serverless/machine-states';
import { parseMachine } from '../../lib/constructs/serverless/machine-text';
import { architecture, matchesItsSnapshots } from '../support/architecture';

const name = 'reminder-service';
const month = 2_592_000;
const template = architecture(name);
const sending = architecture(name, { mailSender: 'whiskers@example.com', smsEnabled: 'true' });

function machineOf(part: string, from: Template = template): MachineDefinition {
  const [found] = Object.entries(from.findResources('AWS::StepFunctions::StateMachine')).filter(([id]) =>
    id.includes(part),
  );
  return parseMachine(found[1].Properties.DefinitionString, found[1].Properties.DefinitionSubstitutions);
}
const check = machineOf('Check');
const written = machineOf('Remind');
const sent = machineOf('Remind', sending);

const bob = { name: 'Bob', by: 'email', mail: 'bob@example.com' };
const ann = { name: 'Ann', by: 'sms', phone: '+15555550101' };
const cy = { name: 'Cy', by: 'both', mail: 'cy@example.com', phone: '+15555550102' };
const reminder = (...to: Json[]) => ({ cat: 'Whiskers', wish: 'a cuddle', seconds: 3600, to });

/** Fails with an error of this name, as a service does. */
const failing = (name: string, times = Infinity): FakeTask => {
  let left = times;
  return () => {
    if (left-- > 0) throw Object.assign(new Error(`${name} happened`), { name });
    return {};
  };
};
const checked = async (input: Json): Promise<Json> => {
  const { status, output } = await runMachine(check, { input, tasks: {} });
  expect(status).toBe('SUCCEEDED');
  return output!;
};

/** What the world saw of a run: who was told what in which way, and what was noted. */
interface Seen {
  readonly run: MachineRun;
  readonly mails: Json[];
  readonly texts: Json[];
  readonly untold: Json[];
  readonly notes: Map<string, string>;
}
const seen: Record<'sent' | 'written', MachineRun[]> = { sent: [], written: [] };

async function remind(
  input: Json,
  {
    machine = 'sent',
    tasks = {},
    notes = new Map<string, string>(),
  }: {
    readonly machine?: keyof typeof seen;
    readonly tasks?: Readonly<Record<string, FakeTask>>;
    readonly notes?: Map<string, string>;
  } = {},
): Promise<Seen> {
  const [mails, texts, untold]: Json[][] = [[], [], []];
  const keep = (list: Json[]) => (given: Json) => list.push(given);
  const crossOut: FakeTask = (given: any) => notes.delete(given.Key.cat.S);
  const run = await runMachine(machine === 'sent' ? sent : written, {
    input,
    name: 'r1',
    tasks: {
      'Check it': async (given: any) => ({
        Status: 'SUCCEEDED',
        Output: JSON.stringify(await checked(JSON.parse(given.Input))),
      }),
      Note: ({ Item: { cat, execution }, ConditionExpression, ExpressionAttributeValues }: any) => {
        // What DynamoDB makes of the condition.
        const either = (ConditionExpression as string).split(' OR ').map((part) => part.trim());
        const holder = notes.get(cat.S);
        const free = either.includes('attribute_not_exists(cat)') && holder === undefined;
        const mine = either.includes('execution = :me') && holder === ExpressionAttributeValues[':me'].S;
        if (!free && !mine)
          throw Object.assign(new Error('The conditional request failed'), {
            name: 'DynamoDB.ConditionalCheckFailedException',
          });
        notes.set(cat.S, execution.S);
      },
      Mail: keep(mails),
      'Mail besides': keep(mails),
      Text: keep(texts),
      'Text besides': keep(texts),
      'Leave a note': (given: any) => untold.push(given.MessageBody),
      'Cross out': crossOut,
      'Take back': crossOut,
      ...tasks,
    },
  });
  seen[machine].push(run);
  return { run, mails, texts, untold, notes };
}
const mailTo = (address: string) => ({
  FromEmailAddress: 'whiskers@example.com',
  ConfigurationSetName: expect.stringMatching(/TellingPurposeSet/),
  Destination: { ToAddresses: [address] },
  Content: {
    Simple: { Subject: { Data: 'Whiskers wants a cuddle.' }, Body: { Text: { Data: 'Whiskers wants a cuddle.' } } },
  },
});
const textTo = (PhoneNumber: string) => ({ PhoneNumber, Message: 'Whiskers wants a cuddle.' });

describe('the machine that reminds', () => {
  test('waits as long as it is told, tells each person in the way they chose, and crosses the reminder out [serverless-reminder]', async () => {
    const { run, mails, texts, untold, notes } = await remind(reminder(bob, ann, cy));
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      seconds: 3600,
      output: [bob, ann, cy].map((to) => ({ to, told: true })),
    });
    expect(mails).toEqual([mailTo(bob.mail), mailTo(cy.mail)]);
    expect(texts).toEqual([textTo(ann.phone), textTo(cy.phone)]);
    expect([untold, [...notes]]).toEqual([[], []]);
  });

  test.each([
    ['no such way', { name: 'Di', by: 'pigeon', mail: 'di@example.com' }],
    ['no address for the way', { name: 'Di', by: 'both', mail: 'di@example.com' }],
    ['nothing at all', {}],
  ])('a person with %s leaves a note, and the others are told [serverless-reminder]', async (_, odd) => {
    const { run, mails, untold } = await remind(reminder(odd, bob));
    expect(run.output).toEqual([
      { to: odd, told: false },
      { to: bob, told: true },
    ]);
    expect(mails).toEqual([mailTo(bob.mail)]);
    expect(untold).toEqual([
      { cat: 'Whiskers', wish: 'a cuddle', person: odd, error: { Error: 'UnknownWay', Cause: expect.any(String) } },
    ]);
  });

  test.each([
    [{ ...reminder(bob), cat: '' }, 'cat has to be the name of a cat'],
    [{ ...reminder(bob), wish: 7 }, 'wish has to say what the cat wants'],
    [{ ...reminder(bob), seconds: '5' }, `seconds has to be a whole number from 0 to ${month}`],
    [{ ...reminder(bob), seconds: 1.5 }, `seconds has to be a whole number from 0 to ${month}`],
    [{ ...reminder(bob), seconds: month + 1 }, `seconds has to be a whole number from 0 to ${month}`],
    [reminder(), 'to has to name one to 10 people'],
    [reminder(...Array<Json>(11).fill(bob)), 'to has to name one to 10 people'],
    [{}, 'cat has to be the name of a cat'],
  ])(
    '%j is no reminder, and is refused before anything is done, whoever started it [serverless-reminder]',
    async (input, why) => {
      const { run, notes } = await remind(input);
      expect(run).toMatchObject({ status: 'FAILED', error: 'BadReminder', cause: JSON.stringify(why) });
      expect(run.steps.map(({ state }) => state)).toEqual(['Check it', 'Fit?', 'Bad reminder']);
      expect([...notes]).toEqual([]);
    },
  );

  test('what the function lets in, the machine takes', async () => {
    const text = (longest: number) => fc.string({ minLength: 1, maxLength: longest, unit: 'grapheme' });
    const person = fc.oneof(
      fc.record({ name: text(40), by: fc.constant('email'), mail: fc.constant(bob.mail) }),
      fc.record({ name: text(40), by: fc.constant('sms'), phone: fc.constant(ann.phone) }),
    );
    const any = fc.record({
      cat: text(45),
      wish: text(120),
      seconds: fc.integer({ min: -2, max: month + 2 }),
      to: fc.array(person, { maxLength: 12 }),
    });
    const schema = reminderWithin({ longestWait: month, mostPeople: 10 });
    await fc.assert(
      fc.asyncProperty(any, async (input) => {
        if (schema.safeParse(input).success) expect(await checked(input as Json)).toBe('fit');
      }),
    );
  });

  test('a service that is busy is asked again, after 2, 4 and 8 seconds at most [serverless-workflow-errors]', async () => {
    const Mail = failing('SesV2.TooManyRequestsException', 2);
    const { run } = await remind(reminder(bob), { tasks: { Mail } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', seconds: 3606, output: [{ to: bob, told: true }] });
    expect(run.steps.filter(({ what }) => what === 'retried').map(({ at }) => at)).toEqual([3602, 3606]);
  });

  test.each([
    ['Mail', bob],
    ['Text', ann],
    ['Mail besides', cy],
  ])(
    'when %s fails for good, the person is noted down for somebody to look at, and nobody else goes without [serverless-workflow-errors]',
    async (task, person) => {
      const { run, mails, untold } = await remind(
        reminder(person, { ...bob, mail: 'other@example.com', by: 'both', phone: ann.phone }, bob),
        {
          tasks: { [task]: failing('MessageRejected') },
        },
      );
      expect(run.status).toBe('SUCCEEDED');
      expect(untold).toContainEqual({
        cat: 'Whiskers',
        wish: 'a cuddle',
        person,
        error: { Error: 'MessageRejected', Cause: 'MessageRejected happened' },
      });
      expect(mails.length + untold.length).toBeGreaterThanOrEqual(2);
    },
  );

  test('a cat that has a reminder gets no second one, and the first is not touched [serverless-workflow-errors]', async () => {
    const { run, notes, mails } = await remind(reminder(bob), { notes: new Map([['Whiskers', 'r0']]) });
    expect(run).toMatchObject({ status: 'SUCCEEDED', seconds: 0, output: { already: true } });
    expect([[...notes], mails]).toEqual([[['Whiskers', 'r0']], []]);
  });

  test('a note whose answer was lost is written again and is still its own [serverless-workflow-errors]', async () => {
    const { run, notes } = await remind(reminder(bob), { notes: new Map([['Whiskers', 'r1']]) });
    expect([run.status, [...notes]]).toEqual(['SUCCEEDED', []]);
  });

  test('when telling fails as a whole, the note is taken back, so that the cat can ask again, and the execution fails with the reason [serverless-workflow-errors]', async () => {
    const { run, notes } = await remind(reminder({}), { tasks: { 'Leave a note': failing('SQS.Denied') } });
    expect(run).toMatchObject({ status: 'FAILED', error: 'SQS.Denied', cause: 'SQS.Denied happened' });
    expect(run.steps.slice(-3).map(({ state, what }) => `${state} ${what}`)).toEqual([
      'Tell everybody caught',
      'Take back entered',
      'Failed entered',
    ]);
    expect([...notes]).toEqual([]);
  });

  test.each(['Check it', 'Note', 'Cross out'])(
    'when %s fails for good, the execution fails with the reason [serverless-workflow-errors]',
    async (task) => {
      const { run } = await remind(reminder(bob), { tasks: { [task]: failing('Odd') } });
      expect(run).toMatchObject({ status: 'FAILED', error: 'Odd', cause: 'Odd happened' });
    },
  );

  test('when even taking back fails, it fails with that reason [serverless-workflow-errors]', async () => {
    const tasks = { 'Leave a note': failing('SQS.Denied'), 'Take back': failing('DynamoDB.Gone') };
    expect((await remind(reminder({}), { tasks })).run).toMatchObject({ status: 'FAILED', error: 'DynamoDB.Gone' });
  });

  test('without an address or leave to send, it writes down what it would send, and asks for no rights [serverless-reminder, messaging-sms-sandbox]', async () => {
    const { run, mails, texts } = await remind(reminder(bob, ann, cy), { machine: 'written' });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: [bob, ann, cy].map((to) => ({ to, told: true })) });
    expect([mails, texts]).toEqual([[], []]);
    const types = (machine: MachineDefinition, state: string) =>
      statesOf(machine).find((each) => each.name === state)!.state.Type;
    expect(['Mail', 'Text'].map((state) => [types(written, state), types(sent, state)])).toEqual([
      ['Pass', 'Task'],
      ['Pass', 'Task'],
    ]);
    template.resourceCountIs('AWS::SES::EmailIdentity', 0);
    for (const [, policy] of Object.entries(template.findResources('AWS::IAM::Policy')))
      expect(JSON.stringify(policy)).not.toMatch(/ses:|sns:Publish/);
  });

  test('with them, it may mail from that address and text phones, and publish to no topic [serverless-workflow-role-logs]', () => {
    sending.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: 'whiskers@example.com' });
    sending.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: 'ses:SendEmail',
            Resource: [
              [':configuration-set/', 'PurposeSet'],
              [':identity/', 'Sender'],
            ].map(([kind, id]) => ({ 'Fn::Join': ['', Match.arrayWith([kind, { Ref: Match.stringLikeRegexp(id) }])] })),
          },
          {
            Effect: 'Allow',
            Action: 'sns:Publish',
            NotResource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sns:*:*:*']] },
          },
        ]),
      },
    });
  });

  test('its mail has figures of its own, with an alarm on each, and does not go to who bounced or complained [messaging-email-reputation, messaging-email-suppression]', () => {
    sending.hasResourceProperties('AWS::SES::ConfigurationSet', {
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
    for (const [rate, Threshold] of [
      ['Bounce', 0.05],
      ['Complaint', 0.001],
    ] as const)
      sending.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: `Reputation.${rate}Rate`,
        Threshold,
        AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
        Dimensions: [{ Name: 'ses:configuration-set', Value: { Ref: Match.stringLikeRegexp('PurposeSet') } }],
      });
    template.resourceCountIs('AWS::SES::ConfigurationSet', 0);
  });

  test('has every type of state, is right by the schema of the language, and every state and every catch was come to above [serverless-workflow-states, serverless-workflow-errors]', async () => {
    expect(new Set(statesOf(sent).map(({ state }) => state.Type))).toEqual(
      new Set(['Task', 'Choice', 'Wait', 'Parallel', 'Map', 'Pass', 'Succeed', 'Fail']),
    );
    for (const machine of [sent, written, check])
      expect(validate(JSON.parse(JSON.stringify(machine).replaceAll('<AWS::Partition>', 'aws'))).errors).toEqual([]);
    expect(notCovered(sent, seen.sent)).toEqual([]);
  });
});

describe('what starts it', () => {
  const starters = () =>
    Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([, { Properties }]) => JSON.stringify(Properties).includes('states:StartExecution'))
      .map(([id, { Properties }]) => [
        id.replace(/DefaultPolicy.*/, ''),
        Properties.PolicyDocument.Statement.filter(({ Action }: any) => Action === 'states:StartExecution').map(
          ({ Resource }: any) => Resource.Ref,
        ),
      ]);
  const remindId = Object.keys(template.findResources('AWS::StepFunctions::StateMachine')).find((id) =>
    id.includes('Remind'),
  )!;

  test('a function, a rule of the bus, a rule for devices and the API itself, each by a role of its own for this machine alone [serverless-workflow-starters]', () => {
    expect(starters()).toEqual([
      ['FunctionRemindersHandlerRole', [remindId]],
      ['StartersProgramsRole', [remindId]],
      ['StartersCollarsStarter', [remindId]],
      ['ApiPOSTApiWishesRole', [remindId]],
    ]);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['groundplan.cats'], 'detail-type': ['CatWantsSomething'] },
      Targets: [Match.objectLike({ Arn: { Ref: remindId }, InputPath: '$.detail' })],
    });
    template.hasResourceProperties('AWS::IoT::TopicRule', {
      TopicRulePayload: {
        Sql: "SELECT topic(2) AS cat, wish, seconds, to FROM 'cats/+/wants'",
        Actions: [
          { StepFunctions: { StateMachineName: { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: remindId }] }] } } },
        ],
      },
    });
  });
});

describe(name, () => matchesItsSnapshots(name));
