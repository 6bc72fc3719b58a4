import { healthyMarker } from './environment';

/** Asks one dependency; what it throws or returns as false is a failure. It should stop when the signal says so. */
export type Dependency = (signal: AbortSignal) => Promise<boolean>;

export interface HealthReport {
  readonly healthy: boolean;
  /** As JSON, the verdict first: whatever follows, checkers find it. */
  readonly body: string;
}

type Found = 'ok' | 'failed' | 'late';

/**
 * Asks all dependencies at once, and answers when the last has answered or the budget is used up, whichever is first. A checker waits two
 * seconds; who answers later is as good as gone, so that a slow dependency must not make the answer slow.
 *
 * @param budget in milliseconds, well below two seconds
 * @claims edge-health-endpoint, edge-health-string
 */
export async function healthReport(
  dependencies: Readonly<Record<string, Dependency>>,
  budget: number,
): Promise<HealthReport> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
      over.abort();
    }, budget);
  });
  const ask = async (dependency: Dependency): Promise<Found> => {
    try {
      return (await dependency(over.signal)) ? 'ok' : 'failed';
    } catch {
      return 'failed';
    }
  };
  const found = await Promise.all(
    Object.entries(dependencies).map(async ([name, dependency]) => [name, await Promise.race([ask(dependency), late])]),
  );
  clearTimeout(timer);
  const healthy = found.every(([, state]) => state === 'ok');
  const details = `"dependencies":${JSON.stringify(Object.fromEntries(found))}}`;
  return { healthy, body: `${healthy ? healthyMarker : '{"status":"unhealthy"'},${details}` };
}
