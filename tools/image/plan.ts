import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { imageFolder, ImageBase } from '../../lib/constructs/serverless/handler-image';

/** Programs that build and run images, and take the same words. */
export const engines = ['docker', 'podman', 'finch'] as const;
export type Engine = (typeof engines)[number];

export interface Wish {
  readonly entry: string;
  readonly base: 'aws' | 'own';
  /** What to build from, instead of what the base is by default. */
  readonly from?: string;
  readonly engine: Engine;
  /** Where the interface emulator listens, on this machine alone. */
  readonly port: number;
  /** What the function is told, each as `NAME=value`. */
  readonly environment: readonly string[];
}

/** The commands that try a function as an image, in their order. */
export interface Plan {
  readonly build: readonly string[];
  /** Prints the id of the container. */
  readonly start: readonly string[];
  /** Where events are posted to. */
  readonly url: string;
  /** @param container its id */
  stop(container: string): readonly string[];
}

/** Where the interface emulator is expected for images that do not bring it. */
export const emulatorFolder: string = join(homedir(), '.aws-lambda-rie');

/**
 * What has to be run to try a function as an image. AWS's bases have the interface emulator in them; into others it is put from
 * outside, so that it is not in the image that is deployed.
 *
 * @throws when there is no such entry
 */
export function planned({ entry, base, from, engine, port, environment }: Wish): Plan {
  const image = from === undefined ? ImageBase[base]() : ImageBase[base](from);
  const folder = imageFolder(entry, image);
  const tag = `groundplan-${basename(folder)}`;
  const outside =
    base === 'aws'
      ? [tag]
      : [
          ...['--volume', `${emulatorFolder}:/rie:ro`, '--entrypoint', '/rie/aws-lambda-rie', tag],
          ...['/usr/local/bin/node', '/client/node_modules/aws-lambda-ric/index.mjs', 'index.handler'],
        ];
  return {
    build: [engine, 'build', '--tag', tag, '--build-arg', `BASE=${image.image}`, folder],
    start: [
      ...[engine, 'run', '--rm', '--detach', '--publish', `127.0.0.1:${port}:8080`],
      ...environment.flatMap((one) => ['--env', one]),
      ...outside,
    ],
    url: `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`,
    stop: (container) => [engine, 'stop', container],
  };
}
