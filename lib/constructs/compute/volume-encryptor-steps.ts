import type { Duration } from 'aws-cdk-lib';
import type { MachineDefinition } from '../serverless/machine-states';
import {
  awaited,
  call,
  fail,
  minute,
  newVolume,
  oldVolume,
  orElse,
  server,
  tagged,
  theServer,
  type States,
} from './encryptor-states';
import { puttingBack, swapping } from './volume-encryptor-swap';

export interface EncryptorSteps {
  /** A tag the new volume gets from the start, so that it may be attached. */
  readonly tag: readonly [key: string, value: string];
  /** Whether `${Key}` is a key other than the account's own. */
  readonly hasKey: boolean;
  /** How long a snapshot and its copy may take, each. */
  readonly patience: Duration;
}

/** Is there anything to do, and is it safe? */
const looking: States = {
  'Is there a volume?': {
    Type: 'Choice',
    Choices: [
      {
        And: [
          { Variable: '$.volume', IsPresent: true },
          { Variable: '$.volume', StringMatches: 'vol-*' },
        ],
        Next: 'Look at the volume',
      },
    ],
    Default: 'No volume',
  },
  'No volume': fail('NoVolume', 'The input names no volume; give { "volume": "vol-…" }.'),
  'Look at the volume': call('ec2:describeVolumes', oldVolume.of, {
    ResultSelector: { 'it.$': '$.Volumes[0]' },
    ResultPath: '$.old',
    Next: 'Take it out',
    ...orElse('Failed'),
  }),
  'Take it out': { Type: 'Pass', InputPath: '$.old.it', ResultPath: '$.old', Next: 'What is it?' },
  'What is it?': {
    Type: 'Choice',
    Choices: [
      { Variable: '$.old.Encrypted', BooleanEquals: true, Next: 'Encrypted already' },
      {
        And: [
          { Variable: '$.old.MultiAttachEnabled', IsPresent: true },
          { Variable: '$.old.MultiAttachEnabled', BooleanEquals: true },
        ],
        Next: 'Shared',
      },
      { Variable: '$.old.State', StringEquals: 'available', Next: 'Take a snapshot' },
      { Variable: '$.old.State', StringEquals: 'in-use', Next: 'Look at the server' },
    ],
    Default: 'Not ready',
  },
  'Encrypted already': { Type: 'Succeed', OutputPath: '$.volume' },
  Shared: fail('SharedVolume', 'Several servers may have the volume at once; take it from all of them first.'),
  'Not ready': fail('VolumeNotReady', 'The volume is neither available nor in use; start again when it is.'),
  'Look at the server': call(
    'ec2:describeInstances',
    { 'InstanceIds.$': 'States.Array($.old.Attachments[0].InstanceId)' },
    {
      ResultSelector: { 'id.$': '$.Reservations[0].Instances[0].InstanceId', 'state.$': server.at },
      ResultPath: '$.server',
      Next: 'Look for a group',
      ...orElse('Failed'),
    },
  ),
  'Look for a group': call('autoscaling:describeAutoScalingInstances', theServer, {
    ResultSelector: { 'its.$': '$.AutoScalingInstances' },
    ResultPath: '$.groups',
    Next: 'May it stop?',
    ...orElse('Failed'),
  }),
  'May it stop?': {
    Type: 'Choice',
    Choices: [
      { Variable: '$.groups.its[0]', IsPresent: true, Next: 'In a group' },
      { Variable: '$.server.state', StringEquals: 'running', Next: 'Stop the server' },
      { Variable: '$.server.state', StringEquals: 'stopped', Next: 'Take a snapshot' },
    ],
    Default: 'Server not ready',
  },
  'In a group': fail(
    'ServerInGroup',
    'The server belongs to an Auto Scaling group, which would replace it when it stops; give the launch template encrypted volumes, and refresh the group.',
  ),
  'Server not ready': fail('ServerNotReady', 'The server neither runs nor stands still; start again when it does.'),
  Failed: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' },
};

/** The server stands still from here on, so that its file systems are whole and nothing is written meanwhile. */
const stopping: States = {
  'Stop the server': call('ec2:stopInstances', theServer, {
    ResultPath: null,
    Next: 'Await the stop',
    ...orElse('Did it run?'),
  }),
  ...awaited('the stop', {
    ...server,
    of: theServer,
    good: 'stopped',
    bad: ['terminated', 'shutting-down'],
    then: 'Take a snapshot',
    otherwise: 'Did it run?',
  }),
};

function making({ tag: [Key, Value], hasKey, patience }: EncryptorSteps): States {
  const long = {
    action: 'ec2:describeSnapshots',
    at: '$.Snapshots[0].State',
    good: 'completed',
    bad: ['error', 'recoverable'],
    seconds: minute,
    looks: Math.ceil(patience.toSeconds() / minute),
    otherwise: 'Did it run?',
  };
  const make = (...speeds: readonly ('Iops' | 'Throughput')[]) =>
    call(
      'ec2:createVolume',
      {
        'AvailabilityZone.$': '$.old.AvailabilityZone',
        'SnapshotId.$': '$.copy.id',
        'VolumeType.$': '$.old.VolumeType',
        'Size.$': '$.old.Size',
        Encrypted: true,
        ...Object.fromEntries(speeds.map((speed) => [`${speed}.$`, `$.old.${speed}`])),
        // An answer that is lost must not leave a second volume.
        'ClientToken.$': "States.Hash($$.Execution.Name, 'SHA-256')",
        TagSpecifications: tagged('volume', { Key, Value }),
      },
      {
        ResultSelector: { 'id.$': '$.VolumeId' },
        ResultPath: '$.new',
        Next: 'Await the new volume',
        ...orElse('Did it run?'),
      },
    );
  return {
    'Take a snapshot': call(
      'ec2:createSnapshot',
      {
        'VolumeId.$': '$.volume',
        Description: 'What is to be encrypted',
        TagSpecifications: tagged('snapshot'),
      },
      {
        ResultSelector: { 'id.$': '$.SnapshotId' },
        ResultPath: '$.plain',
        Next: 'Await the snapshot',
        ...orElse('Did it run?'),
      },
    ),
    ...awaited('the snapshot', {
      ...long,
      of: { 'SnapshotIds.$': 'States.Array($.plain.id)' },
      then: 'Copy it encrypted',
    }),
    'Copy it encrypted': call(
      'ec2:copySnapshot',
      {
        'SourceSnapshotId.$': '$.plain.id',
        SourceRegion: '${Region}',
        Encrypted: true,
        ...(hasKey && { KmsKeyId: '${Key}' }),
        Description: 'The same, encrypted',
        TagSpecifications: tagged('snapshot'),
      },
      {
        ResultSelector: { 'id.$': '$.SnapshotId' },
        ResultPath: '$.copy',
        Next: 'Await the copy',
        ...orElse('Did it run?'),
      },
    ),
    ...awaited('the copy', {
      ...long,
      of: { 'SnapshotIds.$': 'States.Array($.copy.id)' },
      then: 'Of which kind?',
    }),
    'Of which kind?': {
      Type: 'Choice',
      Choices: [
        { Variable: '$.old.VolumeType', StringEquals: 'gp3', Next: 'Make it as gp3' },
        { Variable: '$.old.VolumeType', StringMatches: 'io*', Next: 'Make it with its IOPS' },
      ],
      Default: 'Make it',
    },
    'Make it as gp3': make('Iops', 'Throughput'),
    'Make it with its IOPS': make('Iops'),
    'Make it': make(),
    ...awaited('the new volume', {
      ...newVolume,
      good: 'available',
      bad: ['error'],
      then: 'Copy the tags',
      otherwise: 'Did it run?',
    }),
    'Copy the tags': {
      Type: 'Map',
      ItemsPath: '$.old.Tags',
      ItemSelector: { 'new.$': '$.new.id', 'tag.$': '$$.Map.Item.Value' },
      MaxConcurrency: 1,
      ItemProcessor: {
        StartAt: 'Whose tag?',
        States: {
          'Whose tag?': {
            Type: 'Choice',
            Choices: [{ Variable: '$.tag.Key', StringMatches: 'aws:*', Next: 'Not ours' }],
            Default: 'Tag it',
          },
          'Not ours': { Type: 'Succeed' },
          'Tag it': call(
            'ec2:createTags',
            { 'Resources.$': 'States.Array($.new)', 'Tags.$': 'States.Array($.tag)' },
            { End: true },
          ),
        },
      },
      ResultPath: null,
      Next: 'Has it a server?',
      ...orElse('Did it run?'),
    },
  };
}

/** What encrypts a volume, step by step; `${Partition}`, `${Region}` and `${Key}` are known to the deployment. */
export const encryptorSteps = (steps: EncryptorSteps): MachineDefinition => ({
  StartAt: 'Is there a volume?',
  States: { ...looking, ...stopping, ...making(steps), ...swapping, ...puttingBack },
});
