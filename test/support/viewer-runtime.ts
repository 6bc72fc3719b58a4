import { resolve } from 'node:path';
import { viewerHandler } from '../../lib/handlers';

interface Runtime {
  load(code: string): (event: unknown, data?: Readonly<Record<string, string>>) => Promise<any>;
}
const runtime = require(resolve('tools/emulator/server/runtime/boot/viewer-function.cjs')) as Runtime;

/** Code in a plain VM with what the runtime of CloudFront Functions has, and nothing else. */
export const viewerRuntime = (code: string): ReturnType<Runtime['load']> => runtime.load(code);

/** A viewer function of `lambda/<folder>`, bundled and loaded as CloudFront does. */
export const viewerFunction = (folder: string, name: string): ReturnType<Runtime['load']> =>
  viewerRuntime(viewerHandler(folder, name));
