import type { Construct } from 'constructs';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ApiTarget } from '../../constructs/serverless/api-target';
import type { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { refuse } from '../../constructs/faults';
import { backends, type Answering, type Backend, type ParcelRoute } from './backend';
import type { OldSystem } from './old-system';
import { ParcelContainers } from './parcel-containers';
import { ParcelFunction, type Parcels } from './parcel-desk';

export interface ParcelTargetsProps {
  readonly answering: Answering;
  readonly parcels: Parcels;
  readonly old: OldSystem;
  readonly alarms: AlarmTopic;
  readonly strategy: ReleaseStrategy;
  readonly deletionProtection: boolean;
  /** How many containers run, where containers answer. */
  readonly count: number;
}

/**
 * What answers each method for parcels. Only what answers something is made: a back end that nothing leads to any more goes with
 * the deployment that moved its last method.
 */
export function parcelTargets(scope: Construct, props: ParcelTargetsProps): (route: ParcelRoute) => ApiTarget {
  const { answering, old } = props;
  refuse(
    scope,
    Object.entries(answering).map(
      ([route, backend]) =>
        !backends.includes(backend) &&
        `backend is ${backend as string} for ${route}; give one of ${backends.join(', ')}`,
    ),
  );
  const makers: Readonly<Record<Backend, () => (path: string) => ApiTarget>> = {
    monolith: () => (path) => ApiTarget.httpProxy(old.at(path.slice(1))),
    containers: () => {
      const { link, balancer } = new ParcelContainers(scope, 'Containers', props);
      return (path) => ApiTarget.linkedProxy(link, { balancer, path });
    },
    functions: () => {
      const { alias } = new ParcelFunction(scope, 'Parcels', props);
      return () => ApiTarget.proxy(alias);
    },
  };
  const made = new Map([...new Set(Object.values(answering))].map((backend) => [backend, makers[backend]()]));
  return (route) => made.get(answering[route])!(route.split(' ')[1]);
}
