export interface FailoverSettings {
  /** How often each checker asks, in seconds: 30 or 10. */
  readonly interval: number;
  /** After how many failures in a row it changes its mind. */
  readonly failureThreshold: number;
  /** For how many seconds resolvers keep an answer: the TTL of the record, 60 for an alias of a balancer or an API. */
  readonly ttl: number;
}

export interface FailoverTime {
  /** Seconds until the check is unhealthy. */
  readonly noticed: number;
  /** Seconds from then on until the last resolver has forgotten the target. */
  readonly forgotten: number;
  /** Both together: for how long at most a client is sent to what is gone. */
  readonly whole: number;
}

/** A checker gives a page four seconds to connect and two to answer. */
const patience = 6;

/**
 * How long a failover by DNS takes at most: a target fails just after a checker was there, each further check waits until its time is
 * over, and a resolver has asked just before the record changed. Resolvers that keep an answer for longer than its TTL are not in it.
 *
 * @claims edge-global-regional-layers
 */
export function failoverTime({ interval, failureThreshold, ttl }: FailoverSettings): FailoverTime {
  const noticed = interval * failureThreshold + patience;
  return { noticed, forgotten: ttl, whole: noticed + ttl };
}
