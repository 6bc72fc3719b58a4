import type { MachineState } from '../serverless/machine-states';

/** States of a machine by name. */
export type States = Readonly<Record<string, MachineState>>;

/** Tags that say what was made of what. */
export const encryptorTags = { of: 'groundplan:encrypts', by: 'groundplan:encrypted-as' } as const;

export const call = (action: string, parameters: object, then: object): MachineState => ({
  Type: 'Task',
  Resource: `arn:\${Partition}:states:::aws-sdk:${action}`,
  Parameters: parameters,
  Retry: [
    {
      ErrorEquals: ['States.TaskFailed'],
      IntervalSeconds: 2,
      MaxAttempts: 3,
      BackoffRate: 2,
      JitterStrategy: 'FULL',
    },
  ],
  ...then,
});
/** Where a failure leads; the error is kept. */
export const orElse = (Next: string) => ({ Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next }] });
export const tagged = (ResourceType: string, ...tags: readonly object[]) => [
  { ResourceType, Tags: [{ Key: encryptorTags.of, 'Value.$': '$.volume' }, ...tags] },
];

/** What is waited for, and where it leads. */
export interface Waited {
  readonly action: string;
  readonly of: object;
  /** Where its state stands in the answer. */
  readonly at: string;
  readonly good: string;
  /** States from which it never gets good. */
  readonly bad?: readonly string[];
  readonly seconds: number;
  readonly looks: number;
  readonly then: string;
  readonly otherwise: string;
}

/** Looks at a thing until it is what it should be; so often at most, since an execution that runs out of time puts nothing back. */
export function awaited(thing: string, waited: Waited): States {
  const { action, of, at, good, bad = [], seconds, looks, then, otherwise } = waited;
  const [see, ask, giveUp] = [`See ${thing}`, `Is it ${good}: ${thing}?`, `Give up ${thing}`];
  return {
    [`Await ${thing}`]: { Type: 'Pass', Result: { n: 1 }, ResultPath: '$.looks', Next: see },
    [see]: call(action, of, {
      ResultSelector: { 'state.$': at },
      ResultPath: '$.seen',
      Next: ask,
      ...orElse(otherwise),
    }),
    [ask]: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.seen.state', StringEquals: good, Next: then },
        ...bad.map((StringEquals) => ({ Variable: '$.seen.state', StringEquals, Next: giveUp })),
        { Variable: '$.looks.n', NumericGreaterThanEquals: looks, Next: giveUp },
      ],
      Default: `Pause for ${thing}`,
    },
    [`Pause for ${thing}`]: { Type: 'Wait', Seconds: seconds, Next: `Count looks at ${thing}` },
    [`Count looks at ${thing}`]: {
      Type: 'Pass',
      Parameters: { 'n.$': 'States.MathAdd($.looks.n, 1)' },
      ResultPath: '$.looks',
      Next: see,
    },
    [giveUp]: {
      Type: 'Pass',
      Parameters: {
        Error: 'NotInTime',
        'Cause.$': `States.Format('${thing} is {} after {} looks, and was to be ${good}', $.seen.state, $.looks.n)`,
      },
      ResultPath: '$.error',
      Next: otherwise,
    },
  };
}
export const minute = 60;
/** What EC2 does to servers and volumes takes minutes. */
const soon = { seconds: 15, looks: 40 };
export const server = { action: 'ec2:describeInstances', at: '$.Reservations[0].Instances[0].State.Name', ...soon };
export const volume = { action: 'ec2:describeVolumes', at: '$.Volumes[0].State', ...soon };
export const oldVolume = { ...volume, of: { 'VolumeIds.$': 'States.Array($.volume)' } };
export const newVolume = { ...volume, of: { 'VolumeIds.$': 'States.Array($.new.id)' } };
export const theServer = { 'InstanceIds.$': 'States.Array($.server.id)' };
export const fail = (Error: string, Cause: string): MachineState => ({ Type: 'Fail', Error, Cause });
