import { Annotations } from 'aws-cdk-lib';
import {
  AssetImageCode,
  EcrImageCode,
  Handler,
  Runtime,
  RuntimeFamily,
  SnapStartConf,
  type Architecture,
  type Code,
  type Function,
  type FunctionProps,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { LibraryLayer } from './library-layer';
import { codeBytes, mebibytes, unpackedLimit } from './unpacked-size';

/** What the code of a function is written for, and what is laid beside it. */
export interface FunctionForm {
  /**
   * What runs the code. An image brings its own, so leave it out there.
   * @default Runtime.NODEJS_24_X
   */
  readonly runtime?: Runtime;
  /**
   * What of the code is called. An image says so itself, so leave it out there.
   * @default 'index.handler'
   */
  readonly handler?: string;
  /**
   * Shared libraries, five layers at most; later ones lie over earlier ones.
   * @default - none
   */
  readonly layers?: readonly LibraryLayer[];
  /**
   * Whether Lambda starts each environment of a published version from a snapshot of an initialised one: Java, Python and .NET.
   * The version is published by this, and only calls of it or of an alias profit. What must differ between environments, such
   * as random seeds and connections, is made after the start.
   * @default false
   */
  readonly snapStart?: boolean;
}

const isImage = (code: Code): boolean => code instanceof AssetImageCode || code instanceof EcrImageCode;

/** What cannot work about it that the CDK lets pass. */
export function formFaults(scope: Construct, code: Code, architecture: Architecture, form: FunctionForm): string[] {
  const { layers = [] } = form;
  const strange = layers.filter(({ architectures }) => !architectures.some(({ name }) => name === architecture.name));
  // Without layers, Lambda measures what it is given; the sum is what nobody sees before the deployment.
  const bytes = layers.reduce(
    (sum, layer) => sum + layer.unpackedBytes,
    layers.length > 0 ? codeBytes(scope, code) : 0,
  );
  return [
    ...strange.map(
      ({ node, architectures }) =>
        `layers holds ${node.path}, which is for ${architectures.map(({ name }) => name).join(', ')}; the function runs on ${architecture.name}, so build the layer for that`,
    ),
    ...(bytes > unpackedLimit
      ? [
          `code and layers take ${mebibytes(bytes)} MiB unpacked; Lambda allows 250 MiB for all of them together, so leave something out, or use an image`,
        ]
      : []),
    ...(isImage(code) && (form.runtime ?? form.handler) !== undefined
      ? ['runtime and handler are given for an image, which brings both; leave them out']
      : []),
    ...(isImage(code) && form.snapStart
      ? [
          'snapStart is true for an image, of which Lambda takes no snapshots; give the code as a bundle, or leave it out',
        ]
      : []),
  ];
}

type Formed = Pick<FunctionProps, 'runtime' | 'handler' | 'layers' | 'snapStart'>;

export function formed(code: Code, form: FunctionForm): Formed {
  const { layers = [] } = form;
  return {
    runtime: isImage(code) ? Runtime.FROM_IMAGE : (form.runtime ?? Runtime.NODEJS_24_X),
    handler: isImage(code) ? Handler.FROM_IMAGE : (form.handler ?? 'index.handler'),
    ...(layers.length > 0 && { layers: layers.map(({ layer }) => layer) }),
    ...(form.snapStart && { snapStart: SnapStartConf.ON_PUBLISHED_VERSIONS }),
  };
}

/** Variables that what runs the code understands. */
export const formEnvironment = (code: Code, { runtime = Runtime.NODEJS_24_X }: FunctionForm): Record<string, string> =>
  runtime.family === RuntimeFamily.NODEJS && !isImage(code) ? { NODE_OPTIONS: '--enable-source-maps' } : {};

/** Publishes the version that is to be started from a snapshot: of code that is still changing Lambda takes none. */
export function publishSnapshot(ofFunction: Function): void {
  Annotations.of(ofFunction).acknowledgeWarning(
    '@aws-cdk/aws-lambda:snapStartRequirePublish',
    'The version is published right after.',
  );
  void ofFunction.currentVersion;
}
