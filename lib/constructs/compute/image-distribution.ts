import { Aws, Stack, Token } from 'aws-cdk-lib';
import { CfnDistributionConfiguration } from 'aws-cdk-lib/aws-imagebuilder';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { refuse } from '../faults';
import type { ImageShare } from './image-share';

/** Another Region that images are copied to. */
export interface ImageRegion {
  readonly region: string;
  /**
   * ARN of a key there, which the copy is encrypted with.
   * @default - the account's own there
   */
  readonly keyArn?: string;
}

/** Where images of a pipeline are to be had, and by whom. */
interface Reach {
  readonly encryptionKey?: IKey;
  readonly regions?: readonly ImageRegion[];
  readonly share?: ImageShare;
}

export interface DistributedImage extends Reach {
  /** What Image Builder calls the pipeline and all of it. */
  readonly name: string;
  /** What the images are tagged with. */
  readonly imageName: string;
  /** The parameter that holds the id of the newest, in every Region. */
  readonly parameterName: string;
}

/** The tag by which images are known for those of a pipeline; its value is the name. */
export const imageTag = 'golden-image';

/** What is wrong with where images are to be had and by whom. */
export function reachFaults(scope: Construct, { encryptionKey, regions = [], share }: Reach): (string | false)[] {
  return [
    ...regionFaults(Stack.of(scope).region, regions),
    ...(share ? shareFaults(share, regions, encryptionKey !== undefined) : []),
  ];
}

/** Tells Image Builder to hand on what has passed its tests: as an image of each Region, under the same parameter. */
export function distributionOf(
  scope: Construct,
  { name, imageName, parameterName, encryptionKey, regions = [], share }: DistributedImage,
): CfnDistributionConfiguration {
  if (share && encryptionKey)
    refuse(scope, [
      !share.grantKey(encryptionKey) &&
        `share is given, but the policy of the key ${encryptionKey.node.path} is not in this app; give a key made here`,
    ]);
  const own: ImageRegion = { region: Aws.REGION, ...(encryptionKey && { keyArn: encryptionKey.keyArn }) };
  return new CfnDistributionConfiguration(scope, 'Distribution', {
    name,
    description: `Where ${imageName} is to be had, and by whom`,
    distributions: [own, ...regions].map(({ region, keyArn }) => ({
      region,
      amiDistributionConfiguration: {
        Name: `${name}-{{ imagebuilder:buildDate }}`,
        AmiTags: { [imageTag]: imageName },
        ...(keyArn !== undefined && { KmsKeyId: keyArn }),
        ...(share && { LaunchPermissionConfiguration: share.permission }),
      },
      ssmParameterConfigurations: [{ parameterName, dataType: 'aws:ec2:image' }],
    })),
  });
}

function regionFaults(own: string, regions: readonly ImageRegion[]): (string | false)[] {
  return regions.flatMap(({ region, keyArn }, i) => [
    !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && `regions has ${region}; write the code of a Region, such as eu-west-1`,
    !Token.isUnresolved(own) && region === own && `regions has ${region}, where images are made; leave it out`,
    regions.findIndex((other) => other.region === region) !== i && `regions has ${region} twice; name it once`,
    keyArn !== undefined &&
      !Token.isUnresolved(keyArn) &&
      keyArn.split(':')[3] !== region &&
      `regions gives ${region} the key ${keyArn}; give the ARN of a key there, as an image is encrypted where it stands`,
  ]);
}

function shareFaults(share: ImageShare, regions: readonly ImageRegion[], hasKeyHere: boolean): (string | false)[] {
  const bare = [
    ...(hasKeyHere ? [] : ['this Region']),
    ...regions.filter((one) => !one.keyArn).map((one) => one.region),
  ];
  return [
    ...share.faults,
    bare.length > 0 &&
      `share is given, but images of ${bare.join(', ')} are encrypted with aws/ebs, a key that AWS manages and lets no other account use; give encryptionKey, and keyArn for every Region`,
  ];
}
