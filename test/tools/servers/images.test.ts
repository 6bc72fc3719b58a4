import {
  CopyImageCommand,
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
  StartInstancesCommand,
  StopInstancesCommand,
  type Image,
  type Instance,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from '../../../tools/servers';
import { listening } from '../../support/console';

const ec2 = mockClient(EC2Client);
const said = listening();
const id = 'i-0123456789abcdef0';
const ami = 'ami-0123456789abcdef0';
const other = 'ami-0fedcba9876543210';
let machine: Instance;
let images: Image[];
const clients = (region = 'eu-west-1') => ({
  ec2: () => new EC2Client({ region }),
  ec2In: (code: string) => new EC2Client({ region: code }),
});
const ask = (...args: readonly string[]) => run(args, clients);
const set = (state: string) => (machine = { ...machine, State: { Name: state as 'running' } });
/** What was changed, in order, and what the image was seen as in between. */
const changes = () =>
  ec2
    .calls()
    .map(({ args }) => args[0])
    .flatMap((command) => {
      if (command instanceof StopInstancesCommand) return ['stop'];
      if (command instanceof StartInstancesCommand) return ['start'];
      if (command instanceof CreateImageCommand) return ['image'];
      if (command instanceof DescribeImagesCommand && command.input.ImageIds?.[0] === other) return ['look'];
      return [];
    });

beforeEach(() => {
  ec2.reset();
  machine = { InstanceId: id, InstanceType: 't4g.micro', RootDeviceType: 'ebs', State: { Name: 'running' } };
  images = [];
  ec2.on(DescribeInstancesCommand).callsFake(() => ({ Reservations: [{ Instances: [machine] }] }));
  ec2.on(DescribeInstanceTypesCommand).callsFake(({ InstanceTypes: [type] }) => ({
    InstanceTypes: [{ InstanceStorageSupported: type === 'm7gd.large' }],
  }));
  ec2.on(StopInstancesCommand).callsFake(() => void set('stopped'));
  ec2.on(StartInstancesCommand).callsFake(() => void set('running'));
  ec2.on(DescribeImagesCommand).callsFake(({ ImageIds, Filters }) => ({
    Images: images.filter(
      ({ ImageId, Name, Tags = [] }) =>
        (ImageIds === undefined || ImageIds.includes(ImageId)) &&
        (Filters === undefined ||
          (Filters[0].Name === 'name'
            ? Filters[0].Values.includes(Name)
            : Tags.some(({ Key, Value }) => `tag:${Key}` === Filters[0].Name && Filters[0].Values.includes(Value)))),
    ),
  }));
  ec2.on(CreateImageCommand).callsFake(({ Name }) => {
    images.push({ ImageId: other, Name, State: 'available' });
    return { ImageId: other };
  });
});

describe('groundplan servers image-capture', () => {
  const capture = (...more: readonly string[]) => ask('image-capture', id, 'web 2026-11', ...more);

  test('tells the steps, and changes nothing without --apply [compute-image-from-instance]', async () => {
    expect(await capture()).toBe(0);
    expect(said.join('\n')).toBe(
      `${id}:\n  1. stop\n  2. make the image web 2026-11\n  3. start\nNothing was changed; add --apply to do it.`,
    );
    expect(changes()).toEqual([]);
  });

  test('stops the instance, makes the image, waits for it, and starts it again [compute-image-from-instance]', async () => {
    expect(await capture('--apply')).toBe(0);
    expect(changes()).toEqual(['stop', 'image', 'look', 'start']);
    expect(said.join('\n')).toBe(`${other} is the image web 2026-11 of ${id}.`);
    expect(machine.State).toEqual({ Name: 'running' });
  });

  test('image and snapshots carry where they come from [compute-image-from-instance]', async () => {
    await capture('--apply');
    const Tags = [
      { Key: 'Name', Value: 'web 2026-11' },
      { Key: 'captured-from', Value: id },
    ];
    expect(ec2.commandCalls(CreateImageCommand)[0].args[0].input).toEqual({
      InstanceId: id,
      Name: 'web 2026-11',
      NoReboot: true,
      TagSpecifications: [
        { ResourceType: 'image', Tags },
        { ResourceType: 'snapshot', Tags },
      ],
    });
  });

  test('one that stands still is captured as it is, and stays so [compute-image-from-instance]', async () => {
    set('stopped');
    expect(await capture('--apply', '--json')).toBe(0);
    expect(changes()).toEqual(['image', 'look']);
    expect(JSON.parse(said.join('\n'))).toEqual({
      instance: id,
      name: 'web 2026-11',
      steps: ['make the image web 2026-11'],
      whole: true,
      result: 'done',
      image: other,
    });
  });

  test.each([
    ['EC2 makes none', () => ec2.on(CreateImageCommand).rejects(new Error('the limit of images is reached'))],
    [
      'it fails while it is made',
      () =>
        ec2.on(CreateImageCommand).callsFake(() => {
          images.push({ ImageId: other, State: 'failed' });
          return { ImageId: other };
        }),
    ],
  ])('starts the instance all the same when %s [compute-image-from-instance]', async (_, fail) => {
    fail();
    expect(await capture('--apply')).toBe(1);
    expect([changes()[0], changes().at(-1), machine.State?.Name]).toEqual(['stop', 'start', 'running']);
    expect(said.join('\n')).toMatch(/^There is no image of i-0123456789abcdef0: [^]+\nIt is as it was before\.$/);
  });

  describe('where the instance does not stop in ten minutes', () => {
    beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
    afterEach(() => void jest.useRealTimers());
    const capturedLate = async () => {
      const code = capture('--apply');
      await jest.advanceTimersByTimeAsync(3_600_000);
      return code;
    };

    test('it is waited for once more and started, without an image [compute-image-from-instance]', async () => {
      ec2
        .on(StopInstancesCommand)
        .callsFake(() => void set(machine.State?.Name === 'running' ? 'stopping' : 'stopped'));
      expect(await capturedLate()).toBe(1);
      expect([changes(), machine.State?.Name]).toEqual([['stop', 'stop', 'start'], 'running']);
      expect(said.join('\n')).toBe(
        `There is no image of ${id}: ${id} has not stopped after 10 minutes\nIt is as it was before.`,
      );
    });
  });

  test('fails where the instance does not start again, with the image and how it is started by hand [compute-image-from-instance]', async () => {
    ec2.on(StartInstancesCommand).rejects(new Error('there is no capacity for t4g.micro'));
    expect(await capture('--apply')).toBe(1);
    expect(said.join('\n')).toBe(
      [
        `${other} is the image web 2026-11 of ${id}.`,
        'It could not be started again: there is no capacity for t4g.micro',
        'Start it by hand:',
        `  aws ec2 wait instance-stopped --instance-ids ${id} --region eu-west-1`,
        `  aws ec2 start-instances --instance-ids ${id} --region eu-west-1`,
      ].join('\n'),
    );
  });

  test('--running does not stop it, and says what that costs [compute-image-from-instance]', async () => {
    expect(await capture('--running', '--apply')).toBe(0);
    expect(changes()).toEqual(['image', 'look']);
    expect(ec2.commandCalls(CreateImageCommand)[0].args[0].input.NoReboot).toBe(true);
    expect(said.join('\n')).toContain('its volumes are each as after a pulled plug');
  });

  test.each<[string, Partial<Instance>, string]>([
    [
      'it boots from a local disk',
      { RootDeviceType: 'instance-store' },
      `${id} boots from a local disk, which has no snapshots; make a new instance that boots from EBS`,
    ],
    [
      'a group would replace it',
      { Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'web' }] },
      `${id} belongs to the Auto Scaling group web, which would replace it as soon as it stops; bake its image by a pipeline (GoldenImage), or detach it first`,
    ],
    [
      'local disks would be lost',
      { InstanceType: 'm7gd.large' },
      `m7gd.large has local disks, which lose what they hold when ${id} stops and are in no image; add --running`,
    ],
    [
      'it may not come back',
      { InstanceLifecycle: 'spot' },
      `${id} is a spot instance, which may not come back after a stop; add --running`,
    ],
    ['it is on its way', { State: { Name: 'stopping' } }, `${id} is stopping; wait until it is running or stopped`],
  ])('fails where %s [compute-image-from-instance]', async (_, how, fault) => {
    machine = { ...machine, ...how };
    expect(await capture('--apply')).toBe(1);
    expect(said.join('\n')).toBe(fault);
    expect(changes()).toEqual([]);
  });

  test('fails where the name is taken, before anything is stopped', async () => {
    images.push({ ImageId: ami, Name: 'web 2026-11', State: 'available' });
    expect(await capture('--apply')).toBe(1);
    expect(said.join('\n')).toBe(
      'there is an image called web 2026-11 already; images are never changed, so take another name',
    );
    expect(changes()).toEqual([]);
  });

  test.each([
    [['web', 'a name'], '"web" is no id; write one such as i-0123456789abcdef0'],
    [[id, 'x'], '"x" is no name of an image; write 3 to 128 letters'],
    [[id, 'web:1'], '"web:1" is no name of an image'],
    [[id], 'no name is named; the words are: instance, name'],
  ])('fails when the words are %j', async (words, fault) => {
    expect(await ask('image-capture', ...words)).toBe(2);
    expect(said.join('\n')).toContain(fault);
  });
});

describe('groundplan servers image-copy', () => {
  const copy = (...more: readonly string[]) => ask('image-copy', ami, 'us-east-1', ...more);
  beforeEach(() => {
    images.push({ ImageId: ami, Name: 'web 2026-11', State: 'available' });
    ec2.on(CopyImageCommand).callsFake(({ Name, TagSpecifications: [{ Tags }] }) => {
      images.push({ ImageId: other, Name, Tags, State: 'available' });
      return { ImageId: other };
    });
  });
  const copies = () => ec2.commandCalls(CopyImageCommand);

  test('tells what would be done, and does nothing without --apply [compute-image-distribution]', async () => {
    expect(await copy()).toBe(0);
    expect(said.join('\n')).toBe(
      `${ami} of eu-west-1 is copied to us-east-1, encrypted, and shared with nobody there; its snapshots are billed in both Regions.\nNothing was changed; add --apply to do it.`,
    );
    expect(copies()).toEqual([]);
  });

  test('the copy is made in the other Region, encrypted, with the tags of the image and its origin [compute-image-distribution]', async () => {
    const key = 'arn:aws:kms:us-east-1:123456789012:key/0a1b';
    expect(await copy('--apply', '--key', key)).toBe(0);
    const [{ args, thisValue }] = copies();
    expect(await (thisValue as EC2Client).config.region()).toBe('us-east-1');
    expect(args[0].input).toMatchObject({
      SourceImageId: ami,
      SourceRegion: 'eu-west-1',
      Encrypted: true,
      KmsKeyId: key,
      CopyImageTags: true,
      TagSpecifications: ['image', 'snapshot'].map((ResourceType) => ({
        ResourceType,
        Tags: [{ Key: 'copied-from', Value: ami }],
      })),
    });
    expect(said.join('\n')).toBe(`${other} is the copy of ${ami} in us-east-1.`);
  });

  test('a second time there is nothing to do', async () => {
    await copy('--apply');
    expect(await copy('--apply', '--json')).toBe(0);
    expect(copies()).toHaveLength(1);
    expect(said.join('\n')).toContain('"result": "nothing to do"');
  });

  test.each<[string, string[], string]>([
    [
      'it is there already',
      [ami, 'eu-west-1'],
      `${ami} is in eu-west-1; name another Region, or say with --region where the image is`,
    ],
    [
      'there is no such image',
      ['ami-00000000000000000', 'us-east-1'],
      'there is no image ami-00000000000000000 in this Region; name another, or give --region',
    ],
  ])('fails where %s', async (_, words, fault) => {
    expect(await ask('image-copy', ...words, '--apply')).toBe(1);
    expect(said.join('\n')).toBe(fault);
  });

  test('fails where the image cannot be used yet', async () => {
    images = [{ ImageId: ami, State: 'pending' }];
    expect(await copy('--apply')).toBe(1);
    expect(said.join('\n')).toBe(`${ami} is pending; wait until it is available`);
  });

  test.each([
    [[ami, 'Ireland'], '"Ireland" is no Region; write its code, such as eu-west-1'],
    [[id, 'us-east-1'], `"${id}" is no id; write one such as ami-0123456789abcdef0`],
    [
      [ami, 'us-east-1', '--key', 'arn:aws:kms:eu-west-1:123456789012:key/0a1b'],
      '--key is arn:aws:kms:eu-west-1:123456789012:key/0a1b; write the ARN of a key in us-east-1, as a copy is encrypted where it stands',
    ],
  ])('fails when the words are %j', async (words, fault) => {
    expect(await ask('image-copy', ...words)).toBe(2);
    expect(said.join('\n')).toContain(fault);
  });
});
