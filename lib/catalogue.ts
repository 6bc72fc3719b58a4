import type { Architecture } from './architecture';

/** Every architecture, in reading order. A test holds this list and the folders below `architectures` together. */
export const catalogue: readonly Architecture[] = [
  {
    name: 'three-tier-network',
    title: 'Three-tier network',
    purpose: 'The network that other architectures stand in, planned to grow',
    load: () =>
      (
        require('./architectures/three-tier-network/three-tier-network-stack') as typeof import('./architectures/three-tier-network/three-tier-network-stack')
      ).ThreeTierNetwork,
  },
  {
    name: 'three-tier-web',
    title: 'Three-tier web',
    purpose: 'A load-balanced web fleet that heals, scales and rolls back',
    load: () =>
      (
        require('./architectures/three-tier-web/three-tier-web-stack') as typeof import('./architectures/three-tier-web/three-tier-web-stack')
      ).ThreeTierWeb,
  },
  {
    name: 'private-static-site',
    title: 'Private static site',
    purpose: 'A site served worldwide from a bucket nobody can read directly',
    load: () =>
      (
        require('./architectures/private-static-site/private-static-site-stack') as typeof import('./architectures/private-static-site/private-static-site-stack')
      ).PrivateStaticSite,
  },
  {
    name: 'video-job-fanout',
    title: 'Video job fan-out',
    purpose: 'One uploaded video becomes three independent jobs, none lost or doubled',
    load: () =>
      (
        require('./architectures/video-job-fanout/video-job-fanout-stack') as typeof import('./architectures/video-job-fanout/video-job-fanout-stack')
      ).VideoJobFanout,
  },
  {
    name: 'orders-api',
    title: 'Orders API',
    purpose: 'The smallest honest API: validated, throttled, watched, safely released',
    load: () =>
      (
        require('./architectures/orders-api/orders-api-stack') as typeof import('./architectures/orders-api/orders-api-stack')
      ).OrdersApi,
  },
];
