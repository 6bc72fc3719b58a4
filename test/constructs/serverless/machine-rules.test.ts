import validate from 'asl-validator';
import { machineFaults, WorkflowKind } from '../../../lib/constructs/serverless/machine-rules';
import type { MachineDefinition, MachineState, Retrier } from '../../../lib/constructs/serverless/machine-states';

const Retry: Retrier[] = [{ ErrorEquals: ['Busy'] }];
const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Failed' }];
const Failed: MachineState = { Type: 'Fail', Error: 'Failed' };
const task = (more: Partial<MachineState> = {}): MachineState => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::dynamodb:putItem',
  Retry,
  Catch,
  End: true,
  ...more,
});
const machine = (States: Record<string, MachineState>, StartAt = Object.keys(States)[0]): MachineDefinition => ({
  StartAt,
  States,
});
const faults = (states: Record<string, MachineState>, kind = WorkflowKind.STANDARD, timeout = 3600) =>
  machineFaults(machine(states), { kind, timeout });
/** A task with a way to fail. */
const failing = (more: Partial<MachineState>) => ({ Do: task(more), Failed });
const pass: MachineState = { Type: 'Pass', End: true };

/** One machine with every type of state, each path of which ends. */
const everything = machine({
  Begin: { Type: 'Pass', Next: 'Which' },
  Which: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'Wait' }], Default: 'Each' },
  Wait: { Type: 'Wait', Seconds: 5, Next: 'Both' },
  Both: {
    Type: 'Parallel',
    Branches: [machine({ Left: task({ Catch: undefined }) }), machine({ Right: { Type: 'Pass', End: true } })],
    Catch,
    Next: 'Done',
  },
  Each: { Type: 'Map', ItemProcessor: machine({ Work: { ...pass } }), Next: 'Done' },
  Done: { Type: 'Succeed' },
  Failed,
});

describe('machineFaults', () => {
  test('has nothing against a machine with every type of state, and neither has the schema of the language [serverless-workflow-states]', () => {
    expect(machineFaults(everything, { kind: WorkflowKind.STANDARD })).toEqual([]);
    expect(machineFaults(everything, { kind: WorkflowKind.EXPRESS })).toEqual([]);
    expect(validate(structuredClone(everything)).errors).toEqual([]);
  });

  test.each<[string, Record<string, MachineState>, string]>([
    [
      'a state is never reached [serverless-workflow-definition]',
      { A: pass, B: pass },
      'state B is never reached; lead to it or drop it',
    ],
    [
      'a state leads to none [serverless-workflow-definition]',
      { A: { Type: 'Pass', Next: 'B' } },
      'state A leads to B, which is no state beside it; give one of A',
    ],
    [
      'states go round for ever [serverless-workflow-states]',
      { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } },
      'state A leads to no end; let a state after it end, succeed or fail',
    ],
    [
      'a state ends nowhere [serverless-workflow-states]',
      { A: { Type: 'Pass' } },
      'state A must have either Next or End: true',
    ],
    [
      'a state goes on and ends [serverless-workflow-states]',
      { A: { Type: 'Pass', Next: 'A', End: true } },
      'state A must have either Next or End: true',
    ],
    [
      'a choice has no default [serverless-workflow-states]',
      { A: { Type: 'Choice', Choices: [{ Variable: '$.x', IsNull: true, Next: 'B' }] }, B: pass },
      'state A is a choice without Default, which fails every input that nobody thought of; say where those lead',
    ],
    [
      'a choice has no choices [serverless-workflow-states]',
      { A: { Type: 'Choice', Default: 'B' }, B: pass },
      'state A has no Choices; give one or more',
    ],
    [
      'a wait says nothing [serverless-workflow-states]',
      { A: { Type: 'Wait', End: true } },
      'state A waits by nothing; give one of Seconds, SecondsPath, Timestamp, TimestampPath',
    ],
    [
      'a wait says two things [serverless-workflow-states]',
      { A: { Type: 'Wait', End: true, Seconds: 1, Timestamp: 'x' } },
      'state A waits by Seconds and Timestamp; give one of Seconds, SecondsPath, Timestamp, TimestampPath',
    ],
    [
      'a type is none [serverless-workflow-states]',
      { A: { Type: 'Loop', End: true } },
      'state A has the type Loop; give one of Task, Choice, Wait, Parallel, Map, Pass, Succeed, Fail',
    ],
    [
      'a task says not who does it [serverless-workflow-definition]',
      failing({ Resource: undefined }),
      'state Do is a task without Resource; say what does the work',
    ],
    [
      'a parallel state has no branches [serverless-workflow-states]',
      { A: { Type: 'Parallel', End: true } },
      'state A has no Branches; give one or more',
    ],
    [
      'a map does nothing [serverless-workflow-states]',
      { A: { Type: 'Map', End: true } },
      'state A has no ItemProcessor; say what is done for each item',
    ],
    [
      'two states of different branches have one name [serverless-workflow-definition]',
      { A: { Type: 'Parallel', Branches: [machine({ B: pass }), machine({ B: pass })], End: true } },
      'has two states B; give each state of a machine a name of its own',
    ],
    [
      'a branch starts nowhere [serverless-workflow-definition]',
      { A: { Type: 'Parallel', Branches: [machine({ B: pass }, 'C')], End: true } },
      'StartAt of a machine within A is C, which is no state of it; give one of B',
    ],
    [
      'a name is too long [serverless-workflow-definition]',
      { ['x'.repeat(81)]: pass },
      `state ${'x'.repeat(81)} has a name of 81 characters; give at most 80`,
    ],
  ])('fails when %s', (_, states, fault) => {
    expect(faults(states)).toContain(fault);
  });

  test('fails when the machine starts nowhere [serverless-workflow-definition]', () => {
    expect(machineFaults(machine({ A: pass }, 'Start'), { kind: WorkflowKind.STANDARD })).toEqual([
      'StartAt of the machine is Start, which is no state of it; give one of A',
    ]);
  });

  test.each<[string, Partial<MachineState>, string]>([
    [
      'a task is not tried again [serverless-workflow-errors]',
      { Retry: undefined },
      'has no Retry, so that one refused call fails it; retry what passes, such as throttling',
    ],
    [
      'nothing catches the failure of a task [serverless-workflow-errors]',
      { Catch: undefined, Next: 'Failed', End: undefined },
      'has no Catch, nor has anything around it, so that what was done before is left as it is; catch into what undoes it, or into a Fail state',
    ],
    [
      'a token is waited for without an end [serverless-workflow-errors]',
      { Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' },
      'waits for a task token without TimeoutSeconds, so that a token that is lost keeps it waiting; say how long',
    ],
    [
      'a retry waits for no time [serverless-workflow-errors]',
      { Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 0 }] },
      'has a Retry of A with IntervalSeconds 0; give a whole number from 1 to 99999999',
    ],
    [
      'a retry has a fraction of an attempt [serverless-workflow-errors]',
      { Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1.5 }] },
      'has a Retry of A with MaxAttempts 1.5; give a whole number from 0 to 99999999',
    ],
    [
      'a retry comes faster each time [serverless-workflow-errors]',
      { Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] },
      'has a Retry of A with BackoffRate 0.5; give 1 or more',
    ],
    [
      'the longest delay is shorter than the first [serverless-workflow-errors]',
      { Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 9, MaxDelaySeconds: 9 }] },
      'has a Retry of A with MaxDelaySeconds 9; give more than its IntervalSeconds of 9, and less than 31622400',
    ],
    [
      'jitter is none [serverless-workflow-errors]',
      { Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'HALF' }] },
      'has a Retry of A with JitterStrategy HALF; give FULL or NONE',
    ],
    [
      'a retry is for nothing [serverless-workflow-errors]',
      { Retry: [{ ErrorEquals: [] }] },
      'has a Retry for no error; name those it is for',
    ],
    [
      'something is retried after everything [serverless-workflow-errors]',
      { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] },
      'has a Retry in which States.ALL does not stand alone and last; put it there, or what is named beside it is never looked at',
    ],
    [
      'something is caught beside everything [serverless-workflow-errors]',
      { Catch: [{ ErrorEquals: ['States.ALL', 'A'], Next: 'Failed' }] },
      'has a Catch in which States.ALL does not stand alone and last; put it there, or what is named beside it is never looked at',
    ],
  ])('fails when %s', (_, more, fault) => {
    expect(faults(failing(more))).toEqual([`state Do ${fault}`]);
  });

  test('a task within a branch may leave its failure to what is around it [serverless-workflow-errors]', () => {
    const around = (Catch: MachineState['Catch']) =>
      faults({
        A: { Type: 'Parallel', Branches: [machine({ Do: task({ Catch: undefined }) })], Catch, Next: 'Failed' },
        Failed,
      });
    expect(around(Catch)).toEqual([]);
    expect(around(undefined)).toEqual([expect.stringContaining('state Do has no Catch, nor has anything around it')]);
  });

  test.each<[string, Record<string, MachineState>, string]>([
    [
      'waits for more than five minutes',
      { Do: { Type: 'Wait', Seconds: 301, End: true } },
      'waits 301 seconds, while an execution ends after 300; wait shorter, or let it take longer as a standard one',
    ],
    [
      'waits for a task token',
      failing({ Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', TimeoutSeconds: 9 }),
      'waits for a task token, which nobody can send to an express execution; make the workflow standard',
    ],
    [
      'runs a job',
      failing({ Resource: 'arn:aws:states:::ecs:runTask.sync' }),
      'runs a job and waits for its end, which an express execution cannot; make the workflow standard',
    ],
    [
      'runs another machine to its end',
      failing({ Resource: 'arn:aws:states:::states:startExecution.sync:2' }),
      'runs a job and waits for its end, which an express execution cannot; make the workflow standard',
    ],
    [
      'is worked by an activity',
      failing({ Resource: 'arn:aws:states:eu-west-1:111122223333:activity:pack' }),
      'is worked by an activity, which hears of standard executions only; make the workflow standard',
    ],
    [
      'maps over executions of their own',
      {
        Do: {
          Type: 'Map',
          ItemProcessor: { ...machine({ Work: pass }), ProcessorConfig: { Mode: 'DISTRIBUTED' } },
          End: true,
        },
      },
      'is a distributed map, which an express execution cannot hold; make the workflow standard, or the map inline',
    ],
  ])('fails when an express machine %s, which a standard one may [serverless-workflow-kinds]', (_, states, fault) => {
    expect(faults(states, WorkflowKind.EXPRESS)).toEqual([`state Do ${fault}`]);
    expect(faults(states)).toEqual([]);
  });

  test('fails when a standard machine waits longer than it may take [serverless-workflow-kinds]', () => {
    expect(faults({ Do: { Type: 'Wait', Seconds: 3600, End: true } })).toEqual([
      'state Do waits 3600 seconds, while an execution ends after 3600; wait shorter, or let it take longer',
    ]);
    expect(
      machineFaults(machine({ Do: { Type: 'Wait', Seconds: 31_536_000, End: true } }), { kind: WorkflowKind.STANDARD }),
    ).toEqual([expect.stringContaining('waits 31536000 seconds, while an execution ends after 31536000')]);
  });
});
