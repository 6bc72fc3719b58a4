import { Duration, Token } from 'aws-cdk-lib';
import { outsideDuration } from '../faults';

/**
 * Whether a client comes back to the target it had before. Load then spreads less evenly, and a client whose target goes
 * loses what only that target knew; sessions kept outside the servers need no stickiness.
 *
 * @claims compute-stickiness
 */
export class Stickiness {
  /** Any target may answer any request. */
  static none(): Stickiness {
    return new Stickiness({ 'stickiness.enabled': 'false' });
  }

  /** By the balancer's own cookie, AWSALB. @param duration 1 second to 7 days */
  static balancerCookie(duration: Duration): Stickiness {
    return new Stickiness(
      {
        'stickiness.enabled': 'true',
        'stickiness.type': 'lb_cookie',
        'stickiness.lb_cookie.duration_seconds': `${duration.toSeconds()}`,
      },
      duration,
    );
  }

  /**
   * By a cookie the application sets.
   *
   * @param name the cookie's name; AWSALB, AWSALBAPP and AWSALBTG belong to the balancer
   * @param duration 1 second to 7 days
   */
  static applicationCookie(name: string, duration: Duration): Stickiness {
    return new Stickiness(
      {
        'stickiness.enabled': 'true',
        'stickiness.type': 'app_cookie',
        'stickiness.app_cookie.cookie_name': name,
        'stickiness.app_cookie.duration_seconds': `${duration.toSeconds()}`,
      },
      duration,
      name,
    );
  }

  private constructor(
    /** Attributes of the target group. */
    readonly attributes: Readonly<Record<string, string>>,
    private readonly duration?: Duration,
    private readonly cookie?: string,
  ) {}

  get isOn(): boolean {
    return this.attributes['stickiness.enabled'] === 'true';
  }

  faults(): (string | undefined)[] {
    const { cookie } = this;
    const named = cookie !== undefined && !Token.isUnresolved(cookie);
    return [
      outsideDuration('stickiness', this.duration, Duration.seconds(1), Duration.days(7)),
      named && (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(cookie) || /^AWSALB(APP|TG)?(CORS)?$/i.test(cookie))
        ? `stickiness goes by the cookie ${cookie}; give the name of a cookie the application sets, not one of the balancer's (AWSALB, AWSALBAPP, AWSALBTG)`
        : undefined,
    ];
  }
}
