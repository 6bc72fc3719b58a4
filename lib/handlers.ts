import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { viewerCode } from './constructs/edge/viewer-code';
import { HandlerBundle, handlersIn } from './constructs/serverless/handler-bundle';

const root = join(__dirname, '..', 'lambda');

/** The code of `lambda/<folder>/<name>.ts`; in the npm package, which has no sources, the bundle that `npm run build` made of it. */
export function handlerCode(folder: string, name: string): Code {
  const bundle = join(root, folder, name);
  return existsSync(join(bundle, 'index.js')) ? Code.fromAsset(bundle) : new HandlerBundle(`${bundle}.ts`);
}

/** Bundles the handlers of these folders of `lambda` in one run, before the stacks that use them are made. */
export const prepareHandlers = (folders: readonly string[]): void =>
  HandlerBundle.prepare(folders.flatMap((folder) => handlersIn(join(root, folder))));

/** The file of `lambda/<folder>/<name>.ts`, a program that is run and no function. */
export const programFile = (folder: string, name: string): string => join(root, folder, `${name}.ts`);

/** The code of `lambda/<folder>/<name>.ts`, which CloudFront Functions run. */
export const viewerHandler = (folder: string, name: string): string => viewerCode(programFile(folder, name));
