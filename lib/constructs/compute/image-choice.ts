import type { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import { MachineImage, OperatingSystemType, UserData, type IMachineImage } from 'aws-cdk-lib/aws-ec2';

/**
 * The image instances start from, with the processor it is made for.
 *
 * @claims compute-ami-parameter
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
    return new ImageChoice(
      image,
      processor,
      false,
      /^\/[A-Za-z0-9_.\-/]+$/.test(name)
        ? []
        : [`image comes from the parameter ${name}; give a parameter's name beginning with a slash`],
    );
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
