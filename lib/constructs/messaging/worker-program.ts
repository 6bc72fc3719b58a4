import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { bundleFolder } from '../serverless/handler-bundle';

/**
 * What the workers of a `WorkerTier` run: one file of JavaScript for Node.js 24, with all its libraries inside, the AWS SDK too.
 *
 * It is bundled from a TypeScript file as handlers are, and is an asset of the stack.
 */
export class WorkerProgram {
  /** @param entry path of a TypeScript file that works when it is run. @throws when there is none */
  static bundled(entry: string): WorkerProgram {
    const path = resolve(entry);
    if (!existsSync(path)) throw new Error(`no program at ${path}; give the path of a TypeScript file`);
    return new WorkerProgram(path);
  }

  private constructor(private readonly entry: string) {}

  /** Makes the asset. A stack that needs no bundling gets the entry as it is, so that its template does not change with libraries. */
  asset(scope: Construct, id: string): Asset {
    const bundled = Stack.of(scope).bundlingRequired;
    return new Asset(scope, id, {
      path: bundled ? join(bundleFolder(this.entry, 'programs'), 'index.js') : this.entry,
    });
  }
}
