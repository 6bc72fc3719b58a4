import {
  CopyImageCommand,
  DescribeImagesCommand,
  waitUntilImageAvailable,
  type EC2Client,
  type Image,
} from '@aws-sdk/client-ec2';
import { idOf, regionOf, unchanged, wordsOf, type Outcome, type ServerCommand } from './command';

/** How long a copy is waited for, in seconds. */
const patience = 7_200;
/** On a copy and its snapshots: the image it was made of. */
const origin = 'copied-from';

/** What was done, or would be. */
export interface Copying {
  readonly image: string;
  readonly from: string;
  readonly to: string;
  readonly result: 'nothing to do' | 'planned' | 'done';
  /** The image there. */
  readonly copy?: string;
}

/**
 * The same image in another Region, where it has an id and snapshots of its own, encrypted whatever the original is, and shared with nobody.
 *
 * @claims compute-image-distribution
 */
export const imageCopy: ServerCommand = {
  words: '<image> <to region>',
  purpose: 'copy an image to another Region, encrypted, with its tags; ids hold in one Region only',
  options: { key: { type: 'string' } },
  understand: (order) => {
    const [image, to] = wordsOf(order, 'image', 'to region');
    idOf('ami', image);
    regionOf(to);
    const { key } = order.options;
    if (key !== undefined && !new RegExp(`^arn:aws[a-z-]*:kms:${to}:\\d{12}:key/[A-Za-z0-9-]+$`).test(String(key)))
      throw new Error(
        `--key is ${String(key)}; write the ARN of a key in ${to}, as a copy is encrypted where it stands`,
      );
    return async ({ ec2, ec2In }) =>
      told(
        await copied(ec2(), ec2In(to), {
          image,
          to,
          apply: order.apply,
          ...(key !== undefined && { key: String(key) }),
        }),
      );
  },
};

interface Wish {
  readonly image: string;
  readonly to: string;
  readonly key?: string;
  readonly apply: boolean;
}

async function copied(here: EC2Client, there: EC2Client, { image, to, key, apply }: Wish): Promise<Copying> {
  const from = await here.config.region();
  if (from === to)
    throw new Error(`${image} is in ${to}; name another Region, or say with --region where the image is`);
  const source = await look(here, image);
  const copying = { image, from, to };
  const earlier = await copyOf(there, image);
  if (earlier !== undefined) return { ...copying, result: 'nothing to do', copy: earlier };
  if (!apply) return { ...copying, result: 'planned' };
  const Tags = [{ Key: origin, Value: image }];
  const { ImageId: copy } = await there.send(
    new CopyImageCommand({
      Name: source.Name,
      Description: `${source.Description ?? source.Name} (${image} of ${from})`,
      SourceImageId: image,
      SourceRegion: from,
      Encrypted: true,
      CopyImageTags: true,
      TagSpecifications: [
        { ResourceType: 'image', Tags },
        { ResourceType: 'snapshot', Tags },
      ],
      ...(key !== undefined && { KmsKeyId: key }),
    }),
  );
  await waitUntilImageAvailable({ client: there, maxWaitTime: patience }, { ImageIds: [copy!] });
  return { ...copying, result: 'done', copy: copy! };
}

/** @throws where there is no such image, or it cannot be used yet */
async function look(ec2: EC2Client, id: string): Promise<Image> {
  const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
  if (!image) throw new Error(`there is no image ${id} in this Region; name another, or give --region`);
  if (image.State !== 'available') throw new Error(`${id} is ${image.State}; wait until it is available`);
  return image;
}

/** The copy that was made of it before, by whatever was cut off meanwhile too. */
async function copyOf(ec2: EC2Client, image: string): Promise<string | undefined> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name: `tag:${origin}`, Values: [image] }] }),
  );
  return Images.find(({ State }) => State === 'available' || State === 'pending')?.ImageId;
}

function told(copying: Copying): Outcome {
  const { image, from, to, result, copy } = copying;
  const words = {
    'nothing to do': `${image} has a copy in ${to} already: ${copy}.`,
    planned: `${image} of ${from} is copied to ${to}, encrypted, and shared with nobody there; its snapshots are billed in both Regions.\n${unchanged}`,
    done: `${copy} is the copy of ${image} in ${to}.`,
  }[result];
  return { words, facts: copying };
}
