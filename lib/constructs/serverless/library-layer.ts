import { existsSync, statSync } from 'node:fs';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime, type ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { mebibytes, unpackedBytes, unpackedLimit } from './unpacked-size';

export interface LibraryLayerProps {
  /** What is in it, in a sentence; shown in the console. */
  readonly description: string;
  /** The folder that Lambda lays out below `/opt`; Node.js finds packages below its `nodejs/node_modules`. */
  readonly folder: string;
  /**
   * What its functions may run on.
   * @default [Runtime.NODEJS_24_X]
   */
  readonly runtimes?: readonly Runtime[];
  /**
   * The processors its files are for: one of them where it holds anything compiled.
   * @default [Architecture.ARM_64]
   */
  readonly architectures?: readonly Architecture[];
}

/**
 * Libraries that several functions share, as a layer. A version that functions of other stacks may still use stays when
 * the next one is published.
 */
export class LibraryLayer extends Construct {
  readonly layer: ILayerVersion;
  readonly architectures: readonly Architecture[];
  /** What all its files take where a function runs. */
  readonly unpackedBytes: number;

  constructor(scope: Construct, id: string, props: LibraryLayerProps) {
    super(scope, id);
    const { folder, runtimes = [Runtime.NODEJS_24_X], architectures = [Architecture.ARM_64] } = props;
    const isFolder = existsSync(folder) && statSync(folder).isDirectory();
    this.unpackedBytes = isFolder ? unpackedBytes(folder) : 0;
    this.architectures = architectures;
    refuse(this, [
      !isFolder && `folder is ${folder}, which is no folder; give one whose content Lambda is to lay out below /opt`,
      isFolder && this.unpackedBytes === 0 && `folder is ${folder}, which is empty; put the libraries into it`,
      this.unpackedBytes > unpackedLimit &&
        `folder holds ${mebibytes(this.unpackedBytes)} MiB; a function and all its layers have 250 MiB together, so put less into it, or use an image`,
      runtimes.length === 0 && 'runtimes is empty; name what its functions run on',
      architectures.length === 0 && 'architectures is empty; name the processors its files are for',
    ]);
    this.layer = new LayerVersion(this, 'Layer', {
      description: props.description,
      code: Code.fromAsset(folder),
      compatibleRuntimes: [...runtimes],
      compatibleArchitectures: [...architectures],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
