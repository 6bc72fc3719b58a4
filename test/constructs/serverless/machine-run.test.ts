import * as fc from 'fast-check';
import { retryDelay } from '../../../lib/constructs/serverless/machine-errors';
import { filled } from '../../../lib/constructs/serverless/machine-intrinsics';
import { notCovered } from '../../../lib/constructs/serverless/machine-coverage';
import type { Json } from '../../../lib/constructs/serverless/machine-paths';
import { runMachine, type FakeTask, type MachineRun } from '../../../lib/constructs/serverless/machine-run';
import type { MachineDefinition, MachineState, Retrier } from '../../../lib/constructs/serverless/machine-states';

const resource = 'arn:aws:states:::dynamodb:putItem';
const machine = (States: Record<string, MachineState>, more: Partial<MachineDefinition> = {}): MachineDefinition => ({
  StartAt: Object.keys(States)[0],
  States,
  ...more,
});
const task = (more: Partial<MachineState> = {}): MachineState => ({
  Type: 'Task',
  Resource: resource,
  ...(more.Next === undefined && { End: true }),
  ...more,
});
const run = (states: Record<string, MachineState>, input: Json = {}, tasks: Record<string, FakeTask> = {}) =>
  runMachine(machine(states), { input, tasks });
const output = async (state: MachineState, input: Json, tasks: Record<string, FakeTask> = {}) => {
  const { output, error, cause } = await run({ One: state }, input, tasks);
  return error === undefined ? output : `${error}: ${cause}`;
};

/** Fails with these errors one after the other, and then answers. */
function failing(...errors: string[]): FakeTask {
  const left = [...errors];
  return () => {
    const name = left.shift();
    if (name === undefined) return 'done';
    throw Object.assign(new Error(`${name} happened`), { name });
  };
}
const times = ({ steps }: MachineRun, state: string) =>
  steps.filter((step) => step.state === state).map(({ at, what }) => `${what} at ${at}`);

describe('runMachine: how states hand data on', () => {
  const input = { order: { id: 7, lines: [{ sku: 'a' }, { sku: 'b' }] }, note: 'n' };

  test.each<[string, MachineState, Json]>([
    ['hands on its input', { Type: 'Pass', End: true }, input],
    ['looks at a part of it', { Type: 'Pass', End: true, InputPath: '$.order.lines[1]' }, { sku: 'b' }],
    ['looks at nothing', { Type: 'Pass', End: true, InputPath: null }, {}],
    [
      'puts a result beside the input',
      { Type: 'Pass', End: true, Result: false, ResultPath: '$.order.paid' },
      { ...input, order: { ...input.order, paid: false } },
    ],
    [
      'makes the members on the way to a result',
      { Type: 'Pass', End: true, Result: 1, ResultPath: '$.a.b' },
      { ...input, a: { b: 1 } },
    ],
    [
      'replaces an element',
      { Type: 'Pass', End: true, Result: 1, ResultPath: '$.order.lines[0]' },
      { ...input, order: { id: 7, lines: [1, { sku: 'b' }] } },
    ],
    ['replaces the input with the result', { Type: 'Pass', End: true, Result: 1, ResultPath: '$' }, 1],
    ['drops the result', { Type: 'Pass', End: true, Result: 1, ResultPath: null }, input],
    ['hands on a part of what came out', { Type: 'Pass', End: true, OutputPath: '$.order.id' }, 7],
    ['hands on nothing', { Type: 'Pass', End: true, OutputPath: null }, {}],
    [
      'fills a template',
      {
        Type: 'Pass',
        End: true,
        Parameters: { 'id.$': '$.order.id', deep: [{ 'all.$': '$.order.lines[*].sku' }], as: '$.x' },
      },
      { id: 7, deep: [{ all: ['a', 'b'] }], as: '$.x' },
    ],
    [
      'knows where it stands',
      {
        Type: 'Pass',
        End: true,
        Parameters: { 'name.$': '$$.Execution.Name', 'state.$': '$$.State.Name', 'at.$': '$$.State.EnteredTime' },
      },
      { name: 'execution', state: 'One', at: '2030-01-01T00:00:00.000Z' },
    ],
  ])('a state %s [serverless-workflow-states]', async (_, state, expected) => {
    expect(await output(state, input)).toEqual(expected);
  });

  test('a result is selected before it is put beside the input, and what a task answers is JSON [serverless-workflow-states]', async () => {
    const state = task({
      Parameters: { 'of.$': '$.note' },
      ResultSelector: { 'kept.$': '$.at' },
      ResultPath: '$.told',
    });
    const asked: Json[] = [];
    const tasks = { One: (given: Json) => (asked.push(given), { at: new Date(0), dropped: undefined }) };
    expect(await output(state, { note: 'n' }, tasks)).toEqual({
      note: 'n',
      told: { kept: '1970-01-01T00:00:00.000Z' },
    });
    expect(asked).toEqual([{ of: 'n' }]);
  });

  test.each([
    [
      'a path that leads to nothing',
      { Type: 'Pass', End: true, InputPath: '$.none' },
      'States.Runtime: The path $.none leads to nothing',
    ],
    [
      'a result that fits nowhere',
      { Type: 'Pass', End: true, Result: 1, ResultPath: '$.note.x' },
      'States.ResultPathMatchFailure: $.note.x fits nowhere',
    ],
    [
      'more data than a state may hand on',
      { Type: 'Pass', End: true, Result: 'x'.repeat(262_144) },
      'States.DataLimitExceeded: ',
    ],
    [
      'a choice that nothing fits',
      { Type: 'Choice', Choices: [{ Variable: '$.note', StringEquals: 'x', Next: 'One' }] },
      'States.NoChoiceMatched: ',
    ],
  ])('%s fails the execution [serverless-workflow-states]', async (_, state, text) => {
    expect(await output(state, input)).toEqual(expect.stringContaining(text));
  });
});

describe('runMachine: choices', () => {
  const document = { text: 'b*', number: 2, yes: true, none: null, at: '2030-01-01T00:00:00Z', same: 2 };
  test.each<[object, boolean]>([
    [{ Variable: '$.text', StringEquals: 'b*' }, true],
    [{ Variable: '$.text', StringLessThan: 'c' }, true],
    [{ Variable: '$.text', StringMatches: 'b\\*' }, true],
    [{ Variable: '$.text', StringMatches: '*x*' }, false],
    [{ Variable: '$.number', NumericGreaterThanEquals: 2 }, true],
    [{ Variable: '$.number', NumericLessThan: 2 }, false],
    [{ Variable: '$.number', NumericEqualsPath: '$.same' }, true],
    [{ Variable: '$.number', StringEquals: '2' }, false],
    [{ Variable: '$.yes', BooleanEquals: true }, true],
    [{ Variable: '$.at', TimestampLessThan: '2030-01-01T00:00:01Z' }, true],
    [{ Variable: '$.at', IsTimestamp: true }, true],
    [{ Variable: '$.text', IsTimestamp: false }, true],
    [{ Variable: '$.none', IsNull: true }, true],
    [{ Variable: '$.none', IsPresent: true }, true],
    [{ Variable: '$.missing', IsPresent: false }, true],
    [{ Variable: '$.text', IsString: true }, true],
    [{ Variable: '$.number', IsNumeric: false }, false],
    [{ Variable: '$.yes', IsBoolean: true }, true],
    [{ Variable: '$$.Execution.Input.number', NumericEquals: 2 }, true],
    [
      {
        And: [
          { Variable: '$.missing', IsPresent: true },
          { Variable: '$.missing', StringEquals: 'x' },
        ],
      },
      false,
    ],
    [{ Or: [{ Variable: '$.yes', BooleanEquals: false }, { Not: { Variable: '$.none', IsNull: false } }] }, true],
  ])('%j is %s [serverless-workflow-states]', async (rule, expected) => {
    const ran = await run(
      {
        Choose: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Succeed' },
        No: { Type: 'Succeed' },
      },
      document,
    );
    expect(ran.steps.at(-1)!.state).toBe(expected ? 'Yes' : 'No');
  });
});

describe('runMachine: intrinsic functions', () => {
  test.each<[string, Json]>([
    ["States.Format('{} has {} of \\{\\}', $.name, $.count)", 'Ann has 2 of {}'],
    ["States.Format('it\\'s, {}', States.JsonToString($.list))", "it's, [1,2,2,3]"],
    ["States.StringToJson('[1]')", [1]],
    ['States.Array($.name, 1, null)', ['Ann', 1, null]],
    ['States.ArrayPartition($.list, 3)', [[1, 2, 2], [3]]],
    ['States.ArrayContains($.list, 3)', true],
    ['States.ArrayRange(1, 9, 4)', [1, 5, 9]],
    ['States.ArrayGetItem($.list, 3)', 3],
    ['States.ArrayLength($.list)', 4],
    ['States.ArrayUnique($.list)', [1, 2, 3]],
    ["States.Base64Decode(States.Base64Encode('é'))", 'é'],
    ["States.Hash('a', 'SHA-256')", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ['States.JsonMerge($.one, $.two, false)', { a: 2, b: 1 }],
    ['States.MathAdd($.count, -5)', -3],
    ["States.StringSplit('a.b+c', '.+')", ['a', 'b', 'c']],
  ])('%s [serverless-workflow-states]', (call, expected) => {
    const document = { name: 'Ann', count: 2, list: [1, 2, 2, 3], one: { a: 1, b: 1 }, two: { a: 2 } };
    expect(filled({ 'x.$': call }, document, {})).toEqual({ x: expected });
  });

  test.each([
    ["States.Format('{}')", 'there are more {} than values'],
    ["States.Format('', 1)", 'there are more values than {}'],
    ['States.ArrayGetItem($, 1)', 'is no array'],
    ['States.Nonsense(1)', 'is no intrinsic function'],
  ])('%s fails as States.IntrinsicFailure [serverless-workflow-states]', async (call, text) => {
    const said = await output({ Type: 'Pass', End: true, Parameters: { 'x.$': call } }, {});
    expect(said).toEqual(expect.stringMatching(/^States\.IntrinsicFailure: /));
    expect(said).toEqual(expect.stringContaining(text));
  });
});

describe('runMachine: failures', () => {
  const retry = (more: Partial<Retrier> = {}): Retrier => ({ ErrorEquals: ['Busy'], ...more });

  test('tries again after 1, 2 and 4 seconds, and no more, when nothing else is said [serverless-workflow-errors]', async () => {
    const ran = await run({ One: task({ Retry: [retry()] }) }, {}, { One: failing('Busy', 'Busy', 'Busy', 'Busy') });
    expect(times(ran, 'One')).toEqual(['entered at 0', 'retried at 1', 'retried at 3', 'retried at 7']);
    expect(ran).toMatchObject({ status: 'FAILED', error: 'Busy', cause: 'Busy happened', seconds: 7 });
  });

  test('waits as long as it is told, and never longer than the longest delay [serverless-workflow-errors]', async () => {
    const Retry = [retry({ IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 50 })];
    const ran = await run({ One: task({ Retry }) }, {}, { One: failing(...Array<string>(4).fill('Busy')) });
    expect(times(ran, 'One')).toEqual([
      'entered at 0',
      'retried at 10',
      'retried at 40',
      'retried at 90',
      'retried at 140',
    ]);
    expect(ran.output).toBe('done');
  });

  test('each retrier counts for itself, and the first that fits is asked [serverless-workflow-errors]', async () => {
    const Retry = [retry({ MaxAttempts: 1 }), { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 2 }];
    const ran = await run({ One: task({ Retry }) }, {}, { One: failing('Busy', 'Other', 'Other', 'Busy') });
    expect(times(ran, 'One')).toEqual(['entered at 0', 'retried at 1', 'retried at 6', 'retried at 16']);
    expect(ran).toMatchObject({ status: 'FAILED', error: 'Busy' });
  });

  test('a delay with jitter lies between nothing and the delay without it [serverless-workflow-errors]', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.double({ min: 0, max: 1, noNaN: true }), (retries, random) => {
        const whole = retryDelay(retry(), retries, () => 1);
        const jittered = retryDelay(retry({ JitterStrategy: 'FULL' }), retries, () => random);
        expect(whole).toBe(2 ** retries);
        expect(jittered).toBeCloseTo(whole * random);
      }),
    );
  });

  test.each([
    ['its name', 'Odd', ['Odd'], true],
    ['another name', 'Odd', ['Other'], false],
    ['States.ALL', 'Odd', ['States.ALL'], true],
    ['States.TaskFailed', 'Odd', ['States.TaskFailed'], true],
    ['States.TaskFailed, when it ran out of time', 'States.Timeout', ['States.TaskFailed'], false],
    ['States.ALL, when it ran out of time', 'States.Timeout', ['States.ALL'], true],
    ['States.ALL, when data is too large', 'States.DataLimitExceeded', ['States.ALL'], false],
    ['States.ALL, when a path leads nowhere', 'States.Runtime', ['States.ALL'], false],
  ])('a failure is caught by %s: %s [serverless-workflow-errors]', async (_, error, ErrorEquals, caught) => {
    const One = task({ Catch: [{ ErrorEquals, Next: 'Undo', ResultPath: '$.error' }], Next: 'Undo' });
    const ran = await run({ One, Undo: { Type: 'Succeed' } }, { id: 1 }, { One: failing(error) });
    expect(ran.output).toEqual(caught ? { id: 1, error: { Error: error, Cause: `${error} happened` } } : undefined);
    expect(ran.error).toBe(caught ? undefined : error);
  });

  test('a failure that is caught replaces the input, unless told where to go [serverless-workflow-errors]', async () => {
    const One = task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }], Next: 'Undo' });
    const ran = await run({ One, Undo: { Type: 'Succeed' } }, { id: 1 }, { One: failing('Odd') });
    expect(ran.output).toEqual({ Error: 'Odd', Cause: 'Odd happened' });
  });

  test('a task that takes too long is given up, and so is one that is not heard of [serverless-workflow-errors]', async () => {
    const slow: FakeTask = (_, { takes }) => takes(31);
    expect(await run({ One: task({ TimeoutSeconds: 30 }) }, {}, { One: slow })).toMatchObject({
      error: 'States.Timeout',
      seconds: 30,
    });
    expect(await run({ One: task({ TimeoutSeconds: 30, HeartbeatSeconds: 5 }) }, {}, { One: slow })).toMatchObject({
      error: 'States.HeartbeatTimeout',
      seconds: 5,
    });
    expect(await run({ One: task() }, {}, { One: slow })).toMatchObject({ status: 'SUCCEEDED', seconds: 31 });
  });

  test('an execution that takes too long ends, whatever is caught [serverless-workflow-errors]', async () => {
    const Wait: MachineState = { Type: 'Wait', Seconds: 100, Next: 'Two' };
    const Two = task({ Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1000 }] });
    const ran = await runMachine(machine({ Wait, Two }, { TimeoutSeconds: 500 }), {
      input: {},
      tasks: { Two: failing('Odd') },
    });
    expect(ran).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', seconds: 500 });
  });

  test('a Fail state fails with what it is told, or with what it is pointed to [serverless-workflow-errors]', async () => {
    expect(await output({ Type: 'Fail', Error: 'Bad', Cause: 'c' }, {})).toBe('Bad: c');
    const CausePath = "States.Format('{} is odd', $.id)";
    expect(await output({ Type: 'Fail', ErrorPath: '$.e', CausePath }, { e: 'Worse', id: 7 })).toBe('Worse: 7 is odd');
  });
});

describe('runMachine: time and company', () => {
  test('waits for seconds and for a moment, a year at once [serverless-workflow-states]', async () => {
    const year = 365 * 24 * 3600;
    expect(await run({ One: { Type: 'Wait', SecondsPath: '$.s', End: true } }, { s: year })).toMatchObject({
      seconds: year,
      output: { s: year },
    });
    expect(
      (await run({ One: { Type: 'Wait', TimestampPath: '$.t', End: true } }, { t: '2030-01-02T00:00:00Z' })).seconds,
    ).toBe(86_400);
    expect((await run({ One: { Type: 'Wait', Timestamp: '2029-01-01T00:00:00Z', End: true } })).seconds).toBe(0);
  });

  test('branches go side by side and answer in their order [serverless-workflow-states]', async () => {
    const branch = (name: string) => machine({ [name]: task() });
    const ran = await run(
      { Both: { Type: 'Parallel', Branches: [branch('Slow'), branch('Fast')], ResultPath: '$.both', End: true } },
      { id: 1 },
      { Slow: async (_, { takes }) => (await takes(9), 's'), Fast: () => 'f' },
    );
    expect(ran).toMatchObject({ output: { id: 1, both: ['s', 'f'] }, seconds: 9 });
  });

  test('a branch that fails stops the others, and the whole is tried again or caught [serverless-workflow-errors]', async () => {
    const done: string[] = [];
    const Slow = machine({ Wait: { Type: 'Wait', Seconds: 60, Next: 'Late' }, Late: task() });
    const Both: MachineState = {
      Type: 'Parallel',
      Branches: [Slow, machine({ Bad: task() })],
      Retry: [{ ErrorEquals: ['Busy'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo', ResultPath: '$.error' }],
      Next: 'Undo',
    };
    const ran = await run(
      { Both, Undo: { Type: 'Succeed' } },
      {},
      { Bad: failing('Busy', 'Odd'), Late: () => done.push('late') },
    );
    expect(times(ran, 'Both')).toEqual(['entered at 0', 'retried at 1', 'caught at 1']);
    expect(ran).toMatchObject({ status: 'SUCCEEDED', seconds: 1, output: { error: { Error: 'Odd' } } });
    expect(done).toEqual([]);
  });

  test('each item is worked with its number, so many at a time, and the results are in their order [serverless-workflow-states]', async () => {
    const Each: MachineState = {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 2,
      ItemSelector: { 'item.$': '$$.Map.Item.Value', 'of.$': '$.of' },
      ItemProcessor: machine({ Work: task({ Parameters: { 'n.$': '$$.Map.Item.Index', 'all.$': '$' } }) }),
      End: true,
    };
    const work: FakeTask = async (given, { takes }) => (await takes(10), given);
    const ran = await run({ Each }, { items: ['a', 'b', 'c'], of: 'x' }, { Work: work });
    expect(ran.output).toEqual(['a', 'b', 'c'].map((item, n) => ({ n, all: { item, of: 'x' } })));
    expect(ran.seconds).toBe(20);
    expect((await run({ Each }, { items: [], of: 'x' })).output).toEqual([]);
    expect((await run({ Each }, { items: 'a', of: 'x' })).error).toBe('States.Runtime');
  });

  test('fails when a task has no fake, even where the machine would catch it', async () => {
    const One = task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }], Next: 'Undo' });
    await expect(run({ One, Undo: { Type: 'Succeed' } })).rejects.toThrow(
      'The task One has no fake; give one among tasks',
    );
  });

  test('fails when a machine holds what cannot be run here', async () => {
    const jsonata = machine(
      { One: { Type: 'Pass', End: true, Output: '{% 1 %}' } as MachineState },
      { QueryLanguage: 'JSONata' },
    );
    await expect(runMachine(jsonata, { input: {}, tasks: {} })).rejects.toThrow(
      'This machine cannot be run:\n  it is written in JSONata; only machines in JSONPath can be run here\n  One has Output, which cannot be run here',
    );
    const Each: MachineState = {
      Type: 'Map',
      End: true,
      ItemProcessor: machine({ One: task() }, { ProcessorConfig: { Mode: 'DISTRIBUTED' } }),
    };
    await expect(run({ Each })).rejects.toThrow('Each is a distributed map, which cannot be run here');
    await expect(run({ One: { Type: 'Pass', End: true, InputPath: '$..a' } })).rejects.toThrow(
      'The path $..a is more than can be looked up here; use members, elements, and [*], such as $.people[*].name',
    );
  });

  test('tells which states and catches no run has come to', async () => {
    const One = task({
      Catch: [
        { ErrorEquals: ['A'], Next: 'Undo' },
        { ErrorEquals: ['B', 'C'], Next: 'Undo' },
      ],
      Next: 'End',
    });
    const whole = machine({ One, End: { Type: 'Succeed' }, Undo: { Type: 'Succeed' } });
    const a = await runMachine(whole, { input: {}, tasks: { One: failing('A') } });
    expect(notCovered(whole, [a])).toEqual(['One caught by B, C', 'End']);
    const c = await runMachine(whole, { input: {}, tasks: { One: failing('C') } });
    const none = await runMachine(whole, { input: {}, tasks: { One: failing() } });
    expect(notCovered(whole, [a, c, none])).toEqual([]);
  });
});
