import type { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { MachineImage, OperatingSystemType, UserData, type IMachineImage } from 'aws-cdk-lib/aws-ec2';

/** What is said of an image that was baked. */
export interface BakedOptions {
  /**
   * Packages that are installed at boot all the same. All other installs in a boot program are refused.
   * @default - none
   */
  readonly atBoot?: readonly string[];
  /**
   * The key of its snapshots, which whoever starts instances needs.
   * @default - the account's own
   */
  readonly encryptionKey?: IKey;
}

/**
 * The image instances start from, with the processor it is made for.
 *
 * @claims compute-ami-parameter, compute-bake-versus-boot, compute-image-consume
 */
export class ImageChoice {
  /**
   * The newest Amazon Linux 2023, by the public parameter of the region that is deployed to.
   *
   * CloudFormation reads the parameter at every deployment, so a deployment also brings security fixes of the image.
   */
  static amazonLinux2023(processor: InstanceArchitecture): ImageChoice {
    return ImageChoice.fromParameter(
      `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-${processor}`,
      processor,
    );
  }

  /**
   * The image whose id stands in an SSM parameter of the region that is deployed to.
   *
   * @param name name of the parameter, beginning with a slash; its value must be the id of a Linux image
   */
  static fromParameter(name: string, processor: InstanceArchitecture): ImageChoice {
    const image = MachineImage.fromSsmParameter(name, { os: OperatingSystemType.LINUX });
    return new ImageChoice(image, processor, false, parameterFaults(name));
  }

  /**
   * An image that holds what it serves with, by the parameter its pipeline writes. EC2 reads the parameter at every launch, so no
   * template names an id and none is changed for a new image.
   *
   * @param name name of the parameter, beginning with a slash
   */
  static baked(name: string, processor: InstanceArchitecture, options: BakedOptions = {}): ImageChoice {
    const image = MachineImage.resolveSsmParameterAtLaunch(name, { os: OperatingSystemType.LINUX });
    return new ImageChoice(image, processor, false, parameterFaults(name), options);
  }

  /**
   * One image by its id. It exists in one region only and never gets security fixes; prefer a parameter.
   *
   * @param id such as ami-0123456789abcdef0
   */
  static imported(id: string, processor: InstanceArchitecture): ImageChoice {
    const image: IMachineImage = {
      getImage: () => ({ imageId: id, osType: OperatingSystemType.LINUX, userData: UserData.forLinux() }),
    };
    return new ImageChoice(
      image,
      processor,
      true,
      /^ami-[0-9a-f]{8,17}$/.test(id) ? [] : [`image is ${id}; give an id such as ami-0123456789abcdef0`],
    );
  }

  private constructor(
    readonly image: IMachineImage,
    readonly processor: InstanceArchitecture,
    /** Whether the id is fixed, which `ComputeGuard` refuses everywhere else. */
    readonly isImported: boolean,
    private readonly own: readonly string[],
    /** What is said of it where it was baked. */
    readonly baked?: BakedOptions,
  ) {}

  /** What is wrong with this image for a type with the given processor. */
  faults(processor: InstanceArchitecture, type: string): string[] {
    if (processor === this.processor) return [...this.own];
    return [
      ...this.own,
      `image is made for ${this.processor} but instanceType ${type} has a processor of ${processor}; give an image for ${processor}, or another type`,
    ];
  }
}

const parameterFaults = (name: string): string[] =>
  /^\/[A-Za-z0-9_.\-/]+$/.test(name)
    ? []
    : [`image comes from the parameter ${name}; give a parameter's name beginning with a slash`];
