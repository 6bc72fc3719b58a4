import { SpotInstanceInterruption, SpotRequestType, type LaunchTemplateSpotOptions } from 'aws-cdk-lib/aws-ec2';

export interface SpotOptions {
  /**
   * The most an hour may cost, in US dollars. Best left out: it lowers no price, and an instance is taken as soon as the price is
   * above it.
   * @default - the on-demand price
   */
  readonly maximumPrice?: number;
}

export interface PersistentSpotOptions extends SpotOptions {
  /** What becomes of an instance whose capacity EC2 wants back; a stopped or hibernated one is started again when there is capacity. */
  readonly whenInterrupted: Interruption;
}

type Interruption = 'terminate' | 'stop' | 'hibernate';

/**
 * A wish for spare capacity: up to 90 percent cheaper, and taken back with two minutes' notice. Without one a template asks for
 * on-demand instances.
 *
 * @claims compute-spot-template
 */
export class SpotRequest {
  /** Asked once; an instance that is interrupted is terminated. The only kind an Auto Scaling group takes. */
  static oneTime(options: SpotOptions = {}): SpotRequest {
    return new SpotRequest('one-time', options);
  }

  /**
   * Asked again and again until it is cancelled, for a single instance. Terminating the instance does not end it: cancel first
   * (`groundplan servers spot-cancel`).
   */
  static persistent(options: PersistentSpotOptions): SpotRequest {
    return new SpotRequest('persistent', options, options.whenInterrupted);
  }

  private constructor(
    readonly type: 'one-time' | 'persistent',
    private readonly options: SpotOptions,
    readonly whenInterrupted: Interruption = 'terminate',
  ) {}

  faults(): string[] {
    const { maximumPrice: price } = this.options;
    if (price === undefined || (price >= 0.0001 && price <= 1_000)) return [];
    return [`spot.maximumPrice is ${price} dollars an hour; give 0.0001 to 1000, or leave it out, which is better`];
  }

  /** As a launch template has it. */
  get asked(): LaunchTemplateSpotOptions {
    const { maximumPrice } = this.options;
    return {
      requestType: this.type === 'persistent' ? SpotRequestType.PERSISTENT : SpotRequestType.ONE_TIME,
      interruptionBehavior: interruptions[this.whenInterrupted],
      ...(maximumPrice !== undefined && { maxPrice: maximumPrice }),
    };
  }
}

const interruptions: Readonly<Record<Interruption, SpotInstanceInterruption>> = {
  terminate: SpotInstanceInterruption.TERMINATE,
  stop: SpotInstanceInterruption.STOP,
  hibernate: SpotInstanceInterruption.HIBERNATE,
};
