import {
  awaited,
  call,
  encryptorTags,
  fail,
  newVolume,
  oldVolume,
  orElse,
  server,
  theServer,
  type States,
} from './encryptor-states';

const thePlace = { 'InstanceId.$': '$.server.id', 'Device.$': '$.old.Attachments[0].Device' };

/** The new volume takes the place of the old one, and the server runs again if it ran. */
export const swapping: States = {
  'Has it a server?': {
    Type: 'Choice',
    Choices: [{ Variable: '$.server', IsPresent: true, Next: 'Detach the old volume' }],
    Default: 'Mark the old volume',
  },
  'Detach the old volume': call(
    'ec2:detachVolume',
    { 'VolumeId.$': '$.volume', ...thePlace },
    { ResultPath: null, Next: 'Await the old volume off', ...orElse('Take the new volume off') },
  ),
  ...awaited('the old volume off', {
    ...oldVolume,
    good: 'available',
    then: 'Attach the new volume',
    otherwise: 'Take the new volume off',
  }),
  'Attach the new volume': call(
    'ec2:attachVolume',
    { 'VolumeId.$': '$.new.id', ...thePlace },
    { ResultPath: null, Next: 'Await the new volume on', ...orElse('Take the new volume off') },
  ),
  ...awaited('the new volume on', {
    ...newVolume,
    good: 'in-use',
    then: 'Is it to run?',
    otherwise: 'Take the new volume off',
  }),
  'Is it to run?': {
    Type: 'Choice',
    Choices: [{ Variable: '$.server.state', StringEquals: 'running', Next: 'Start it with the new volume' }],
    Default: 'Mark the old volume',
  },
  'Start it with the new volume': call('ec2:startInstances', theServer, {
    ResultPath: null,
    Next: 'Await the start',
    ...orElse('Take the new volume off'),
  }),
  // A server that may not use the key of a volume stops again at once.
  ...awaited('the start', {
    ...server,
    of: theServer,
    good: 'running',
    bad: ['stopped', 'terminated', 'shutting-down'],
    then: 'Mark the old volume',
    otherwise: 'Take the new volume off',
  }),
  'Mark the old volume': call(
    'ec2:createTags',
    { 'Resources.$': 'States.Array($.volume)', Tags: [{ Key: encryptorTags.by, 'Value.$': '$.new.id' }] },
    { ResultPath: null, Next: 'Done', ...orElse('Failed') },
  ),
  Done: {
    Type: 'Pass',
    Parameters: { 'old.$': '$.volume', 'new.$': '$.new.id', 'plain.$': '$.plain.id', 'encrypted.$': '$.copy.id' },
    End: true,
  },
};

/** The old volume was never deleted: it goes back where it was, and the server runs again where it ran. */
export const puttingBack: States = {
  'Take the new volume off': call(
    'ec2:detachVolume',
    { 'VolumeId.$': '$.new.id' },
    {
      ResultPath: null,
      Next: 'Attach the old volume again',
      // It was not on.
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Attach the old volume again' }],
    },
  ),
  'Attach the old volume again': call(
    'ec2:attachVolume',
    { 'VolumeId.$': '$.volume', ...thePlace },
    {
      ResultPath: null,
      Next: 'Await the old volume on',
      // It was not off, or it is off and the next look says so.
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Await the old volume on' }],
    },
  ),
  ...awaited('the old volume on', {
    ...oldVolume,
    good: 'in-use',
    then: 'Did it run?',
    otherwise: 'Not put back',
  }),
  'Did it run?': {
    Type: 'Choice',
    Choices: [
      {
        And: [
          { Variable: '$.server', IsPresent: true },
          { Variable: '$.server.state', StringEquals: 'running' },
        ],
        Next: 'Start it as it was',
      },
    ],
    Default: 'Failed',
  },
  'Start it as it was': call('ec2:startInstances', theServer, {
    ResultPath: null,
    Next: 'Failed',
    ...orElse('Not put back'),
  }),
  'Not put back': fail(
    'NotPutBack',
    'The server could not be given its old volume back, or not be started; attach the volume of the input to it by hand, and start it.',
  ),
};
