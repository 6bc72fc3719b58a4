import { join } from 'node:path';
import { HandlerBundle, handlersIn } from './constructs/serverless/handler-bundle';

const root = join(__dirname, '..', 'lambda');

/** The code of `lambda/<folder>/<name>.ts`. */
export const handlerCode = (folder: string, name: string): HandlerBundle =>
  new HandlerBundle(join(root, folder, `${name}.ts`));

/** Bundles the handlers of these folders of `lambda` in one run, before the stacks that use them are made. */
export const prepareHandlers = (folders: readonly string[]): void =>
  HandlerBundle.prepare(folders.flatMap((folder) => handlersIn(join(root, folder))));
