import { flagsEnvironment } from './environment';

export interface FlagOptions<T> {
  /** What holds while the extension cannot be asked. */
  readonly defaults: T;
  /** Told when it could not be asked; the function goes on. */
  readonly failed: (cause: unknown) => void;
  /**
   * How long it is waited for, in milliseconds.
   * @default 500
   */
  readonly patience?: number;
}

/**
 * Reads flags from the extension of AppConfig, which answers from its memory on this machine: ask with every event. While it
 * is absent or in trouble, the flags it told last hold, and the defaults before it told any.
 *
 * @claims serverless-feature-flags, security-appconfig-flags
 */
export function flagReader<T extends Readonly<Record<string, boolean | number | string>>>(
  options: FlagOptions<T>,
): () => Promise<T> {
  const { defaults, failed, patience = 500 } = options;
  let last = defaults;
  return async () => {
    try {
      last = { ...defaults, ...only(defaults, await asked(patience)) };
    } catch (cause) {
      failed(cause);
    }
    return last;
  };
}

async function asked(patience: number): Promise<unknown> {
  const path = process.env[flagsEnvironment.path];
  if (path === undefined) throw new Error(`${flagsEnvironment.path} is not set; let the function read FeatureFlags`);
  const port = process.env.AWS_APPCONFIG_EXTENSION_HTTP_PORT ?? '2772';
  const response = await fetch(`http://localhost:${port}${path}`, { signal: AbortSignal.timeout(patience) });
  if (!response.ok) throw new Error(`the extension of AppConfig answered ${response.status} for ${path}`);
  return response.json();
}

/** Those of the flags that are of the kind of their default; others are of another release than this code. */
function only<T extends object>(defaults: T, found: unknown): Partial<T> {
  if (typeof found !== 'object' || found === null) throw new Error('the flags are no JSON object');
  const kinds = new Map(Object.entries(defaults).map(([name, value]) => [name, typeof value]));
  return Object.fromEntries(
    Object.entries(found).filter(([name, value]) => typeof value === kinds.get(name)),
  ) as Partial<T>;
}
