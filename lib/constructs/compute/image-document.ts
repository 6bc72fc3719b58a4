import { createHash } from 'node:crypto';

/** What Image Builder's agent does in one phase. */
export interface DocumentPhase {
  /** On the build instance, on the build instance when all is built, on an instance of the new image. */
  readonly name: 'build' | 'validate' | 'test';
  /** A script of bash. */
  readonly script: string;
  /** How long it may take. */
  readonly seconds: number;
}

/** Characters that Image Builder takes of a document. */
export const maximumDocument = 16_000;

/**
 * A document of Image Builder's agent: one step a phase, which ends the build, and the instance with it, when it fails.
 *
 * It is YAML with JSON inside, because the agent wants the version of the schema as a number with a decimal, which JSON would lose.
 */
export function imageDocument(description: string, phases: readonly DocumentPhase[]): string {
  const steps = phases.map(({ name, script, seconds }) => ({
    name,
    steps: [
      {
        name: 'Run',
        action: 'ExecuteBash',
        timeoutSeconds: seconds,
        onFailure: 'Abort',
        maxAttempts: 1,
        inputs: { commands: [script] },
      },
    ],
  }));
  return `schemaVersion: 1.0\ndescription: ${JSON.stringify(description)}\nphases: ${JSON.stringify(steps)}\n`;
}

/**
 * The version of a thing that is never edited, as its content says it: another content, another version. It has no order.
 *
 * @claims compute-image-pipeline
 */
export function contentVersion(content: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const part = (at: number) => Number.parseInt(digest.slice(at, at + 7), 16);
  return `1.${part(0)}.${part(7)}`;
}
