import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFolder, type BundleKind } from './handler-bundle';

/** Where the Dockerfiles are. */
const dockerfiles = join(__dirname, '..', '..', '..', 'lambda', 'handler-image');

/** What an image begins with. */
export class ImageBase {
  /**
   * AWS's own base, in which all is that a function needs, and the interface emulator, by which it runs on any machine.
   *
   * @param image another build of it, by tag or digest
   */
  static aws(image = 'public.ecr.aws/lambda/nodejs:24'): ImageBase {
    return new ImageBase('aws', image, 'handlers');
  }

  /**
   * Any base with a Debian and Node.js in it. The client of the runtime is built into it, and the AWS SDK comes with the bundle.
   *
   * @param image by tag or digest
   */
  static own(image = 'public.ecr.aws/docker/library/node:24-bookworm-slim'): ImageBase {
    return new ImageBase('own', image, 'programs');
  }

  private constructor(
    /** Which Dockerfile makes it. */
    readonly name: 'aws' | 'own',
    readonly image: string,
    /** What the bundle must bring along. */
    readonly bundle: BundleKind,
  ) {
    if (!/(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/.test(image))
      throw new Error(
        `the image is ${image}; name a tag other than latest, or a digest, so that every build begins with the same`,
      );
  }
}

/**
 * The folder an image is built from: the bundle of an entry, and its Dockerfile. No container engine is needed to make it.
 *
 * @throws when the entry does not exist
 */
export function imageFolder(entry: string, base: ImageBase = ImageBase.aws()): string {
  const file = resolve(entry);
  if (!existsSync(file))
    throw new Error(`no handler at ${file}; give the path of a TypeScript file that exports handler`);
  const bundle = bundleFolder(file, base.bundle);
  const folder = join(bundle, '..', '..', 'images', base.name, basename(bundle));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(bundle, folder, { recursive: true });
  cpSync(join(dockerfiles, `${base.name}.Dockerfile`), join(folder, 'Dockerfile'));
  return folder;
}

/**
 * The code of one function as an image, for `code` of `AppFunction`: for what is larger than the 250 MiB of a bundle and its layers,
 * or needs programs that no base of Lambda has; 10 GiB with its base. Synthesis needs no container engine; whoever deploys does.
 *
 * `groundplan image` builds it, runs it with the interface emulator, and calls it.
 *
 * @claims serverless-container-image
 */
export function handlerImage(entry: string, base: ImageBase = ImageBase.aws()): Code {
  return Code.fromAssetImage(imageFolder(entry, base), {
    platform: Platform.LINUX_ARM64,
    buildArgs: { BASE: base.image },
  });
}
