import type { Job } from './job';
import type { Source } from './source';

/** One step of a ladder: a player moves between steps as its connection allows. */
export interface Step {
  readonly videoKbps: number;
  /** The most the encoder may spend at once. */
  readonly maxKbps: number;
  /** How much a player buffers at least, in kilobits. */
  readonly bufferKbits: number;
}

/** Everything an encoder needs to know to make one rendition of one video. */
export interface Manifest {
  readonly schema: 1;
  readonly rendition: RenditionName;
  readonly source: Job & Pick<Source, 'etag' | 'contentType' | 'container'>;
  readonly target: {
    readonly width: number;
    readonly height: number;
    readonly videoCodec: 'h264';
    readonly audioCodec: 'aac';
    readonly audioKbps: number;
  };
  readonly ladder: readonly Step[];
  readonly output: { readonly bucket: string; readonly key: string };
}

interface Rendition {
  readonly width: number;
  readonly height: number;
  readonly audioKbps: number;
  /** Average video rates, lowest first. */
  readonly ladder: readonly number[];
}

/** H.264 at 30 frames a second or fewer, 16:9; other shapes are fitted into the frame. */
const renditions = {
  '480p': { width: 854, height: 480, audioKbps: 96, ladder: [800, 1400] },
  '720p': { width: 1280, height: 720, audioKbps: 128, ladder: [1800, 2800] },
  '1080p': { width: 1920, height: 1080, audioKbps: 128, ladder: [3600, 5000] },
} as const satisfies Record<string, Rendition>;

export type RenditionName = keyof typeof renditions;

/** @throws when there is no such rendition */
export function renditionNamed(name: string): RenditionName {
  if (Object.hasOwn(renditions, name)) return name as RenditionName;
  throw new Error(`there is no rendition ${name}; there are ${Object.keys(renditions).join(', ')}`);
}

/** The plan for one rendition of one video. The same input gives the same plan, byte for byte. */
export function planned(
  name: RenditionName,
  job: Job,
  source: Source,
  output: { readonly bucket: string; readonly prefix: string },
): Manifest {
  const { width, height, audioKbps, ladder } = renditions[name];
  const { etag, contentType, container } = source;
  return {
    schema: 1,
    rendition: name,
    source: { ...job, etag, contentType, container },
    target: { width, height, videoCodec: 'h264', audioCodec: 'aac', audioKbps },
    ladder: ladder.map((videoKbps) => ({
      videoKbps,
      maxKbps: Math.round(videoKbps * 1.07),
      bufferKbits: Math.round(videoKbps * 1.5),
    })),
    output: { bucket: output.bucket, key: resultKey(name, job, output.prefix, 'mp4') },
  };
}

/**
 * Where a result lies: `uploads/trip/day 1.mov` in version `3HL4` becomes `trip/day 1.mov/3HL4/720p.json`.
 *
 * The version is part of it because messages overtake each other: the job of an older upload may run last.
 */
export function resultKey(name: RenditionName, { key, version }: Job, prefix: string, suffix: 'json' | 'mp4'): string {
  return `${key.slice(prefix.length)}/${version}/${name}.${suffix}`;
}
