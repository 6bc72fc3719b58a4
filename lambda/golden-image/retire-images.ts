import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplateVersions,
  paginateDescribeSnapshots,
  type EC2Client,
  type Image,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { leavingTag } from './environment';
import { pinnedImages } from './pinned-images';

/** The clients of one Region. */
export interface Clients {
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
}

export interface Settings {
  readonly tag: string;
  readonly name: string;
  readonly parameter: string;
  /** How many of the newest stay in any case. */
  readonly keep: number;
}

export interface Retired {
  /** Images that are gone. */
  readonly images: readonly string[];
  readonly snapshots: readonly string[];
  /** Images that stay, and why. */
  readonly kept: readonly { readonly image: string; readonly why: string }[];
}

/**
 * Takes away the images of a name that nobody needs any more: not the newest ones, not that of the parameter, none that an instance was started
 * from, and none that a launch template or the version of one that a group launches names. Each is deregistered first, and its snapshots are deleted when no image has them: EC2 keeps a snapshot that an
 * image is made of.
 *
 * Snapshots are marked before their image goes, so that whoever is cut off in between leaves none that nobody finds again.
 *
 * @claims compute-image-retire
 */
export async function retireImages({ autoScaling, ec2, ssm }: Clients, settings: Settings): Promise<Retired> {
  const { tag, name, keep, parameter } = settings;
  const { Images: own = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name: `tag:${tag}`, Values: [name] }] }),
  );
  const current = keep > 0 ? await valueOf(ssm, parameter) : undefined;
  const newestFirst = [...own].sort(
    (one, other) =>
      (other.CreationDate ?? '').localeCompare(one.CreationDate ?? '') ||
      // Of two of the same second the one that is taken is the newer.
      Number(idOf(other) === current) - Number(idOf(one) === current),
  );
  const used = await uses(ec2, autoScaling, newestFirst.map(idOf));
  const why = (image: Image, place: number): string | undefined =>
    (place < keep && `it is one of the ${keep} newest`) ||
    (idOf(image) === current && `it is that of ${parameter}`) ||
    used.get(idOf(image)) ||
    undefined;
  const judged = newestFirst.map((image, place) => ({ image, why: why(image, place) }));
  const leaving = judged.filter((one) => one.why === undefined).map(({ image }) => image);
  for (const image of leaving) await deregister(ec2, image, name);
  return {
    images: leaving.map(idOf),
    snapshots: await sweep(ec2, name),
    kept: judged.flatMap(({ image, why: reason }) =>
      reason === undefined ? [] : [{ image: idOf(image), why: reason }],
    ),
  };
}

const idOf = ({ ImageId }: Image): string => ImageId!;

async function valueOf(ssm: SSMClient, parameter: string): Promise<string | undefined> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }));
    return Parameter?.Value;
  } catch (error) {
    if ((error as Error).name === 'ParameterNotFound') return undefined;
    throw error;
  }
}

/** What EC2 takes of values in one filter. */
const mostValues = 200;

/** Who uses images, for those that are used. */
async function uses(
  ec2: EC2Client,
  autoScaling: AutoScalingClient,
  images: readonly string[],
): Promise<Map<string, string>> {
  if (images.length === 0) return new Map();
  const used = await pinnedImages(ec2, autoScaling);
  for (let at = 0; at < images.length; at += mostValues) {
    const pages = paginateDescribeInstances(
      { client: ec2 },
      {
        MaxResults: 500,
        Filters: [
          { Name: 'image-id', Values: images.slice(at, at + mostValues) },
          { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
        ],
      },
    );
    for await (const { Reservations = [] } of pages)
      for (const { ImageId, InstanceId } of Reservations.flatMap(({ Instances = [] }) => Instances))
        used.set(ImageId!, `${InstanceId} was started from it`);
  }
  const templates = paginateDescribeLaunchTemplateVersions(
    { client: ec2 },
    { Versions: ['$Latest', '$Default'], MaxResults: 200 },
  );
  for await (const { LaunchTemplateVersions = [] } of templates)
    for (const { LaunchTemplateId, LaunchTemplateData } of LaunchTemplateVersions)
      if (images.includes(LaunchTemplateData?.ImageId ?? ''))
        used.set(LaunchTemplateData!.ImageId!, `the launch template ${LaunchTemplateId} names it`);
  return used;
}

async function deregister(ec2: EC2Client, image: Image, name: string): Promise<void> {
  const snapshots = snapshotsOf(image);
  if (snapshots.length > 0)
    await ec2.send(new CreateTagsCommand({ Resources: snapshots, Tags: [{ Key: leavingTag, Value: name }] }));
  try {
    await ec2.send(new DeregisterImageCommand({ ImageId: image.ImageId }));
  } catch (error) {
    // Whoever asked before, and was cut off.
    if (!['InvalidAMIID.Unavailable', 'InvalidAMIID.NotFound'].includes((error as Error).name)) throw error;
  }
}

const snapshotsOf = ({ BlockDeviceMappings: devices = [] }: Image): string[] =>
  devices.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);

/** Deletes marked snapshots that no image has. */
async function sweep(ec2: EC2Client, name: string): Promise<string[]> {
  const deleted: string[] = [];
  const pages = paginateDescribeSnapshots(
    { client: ec2 },
    { MaxResults: 200, OwnerIds: ['self'], Filters: [{ Name: `tag:${leavingTag}`, Values: [name] }] },
  );
  for await (const { Snapshots = [] } of pages)
    for (const { SnapshotId: snapshot } of Snapshots) {
      const { Images = [] } = await ec2.send(
        new DescribeImagesCommand({
          Owners: ['self'],
          Filters: [{ Name: 'block-device-mapping.snapshot-id', Values: [snapshot!] }],
        }),
      );
      if (Images.length > 0) continue;
      try {
        await ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshot }));
        deleted.push(snapshot!);
      } catch (error) {
        if ((error as Error).name !== 'InvalidSnapshot.NotFound') throw error;
      }
    }
  return deleted;
}
