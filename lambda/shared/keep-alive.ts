/**
 * For how many milliseconds a server behind a load balancer keeps a silent connection: longer than the balancer, which keeps it for a minute, or the
 * balancer would send a request into one that is closing, and answer 502. Node.js by itself keeps it for five seconds.
 */
export const keepAlive = 75_000;
