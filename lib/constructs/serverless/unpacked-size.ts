import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { AssetCode, type Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { HandlerBundle } from './handler-bundle';

/** What a function's code and all its layers may take together once they are unpacked: 250 MiB. */
export const unpackedLimit: number = 250 * 1024 * 1024;

/** What the files below a folder take, in bytes. */
export function unpackedBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => lstatSync(join(folder, name)))
    .reduce((sum, file) => sum + (file.isDirectory() ? 0 : file.size), 0);
}

/** What the code of a function takes: of an archive, at least what it takes packed; of a bundle that is not made, nothing. */
export function codeBytes(scope: Construct, code: Code): number {
  if (code instanceof HandlerBundle) return Stack.of(scope).bundlingRequired ? unpackedBytes(code.folder()) : 0;
  if (!(code instanceof AssetCode)) return 0;
  const asset = statSync(code.path);
  return asset.isDirectory() ? unpackedBytes(code.path) : asset.size;
}

/** Bytes as MiB, rounded up. */
export const mebibytes = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
