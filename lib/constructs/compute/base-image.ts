import { Aws } from 'aws-cdk-lib';
import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';

/** What an image is baked of, with the processor it is made for. */
export class BaseImage {
  /** The newest Amazon Linux 2023 that Image Builder keeps; a schedule sees when there is a newer one. */
  static amazonLinux2023(processor: InstanceArchitecture): BaseImage {
    const name = processor === InstanceArchitecture.ARM_64 ? 'arm64' : 'x86';
    return new BaseImage(
      `arn:${Aws.PARTITION}:imagebuilder:${Aws.REGION}:aws:image/amazon-linux-2023-${name}/x.x.x`,
      processor,
      true,
    );
  }

  /**
   * The image whose id stands in a parameter when it is baked, such as that of a company's own base.
   *
   * @param name of the parameter, beginning with a slash
   */
  static fromParameter(name: string, processor: InstanceArchitecture): BaseImage {
    return new BaseImage(`ssm:${name}`, processor, false, [
      !/^\/[A-Za-z0-9_.\-/]+$/.test(name) &&
        `base comes from the parameter ${name}; give a parameter's name beginning with a slash`,
    ]);
  }

  private constructor(
    /** As a recipe names it. */
    readonly parentImage: string,
    readonly processor: InstanceArchitecture,
    /** Whether Image Builder knows of newer ones by itself. */
    readonly isWatched: boolean,
    readonly faults: readonly (string | false)[] = [],
  ) {}
}
