import { createHash } from 'node:crypto';
import type { CreateJobCommandInput, Output } from '@aws-sdk/client-mediaconvert';
import type { Upload } from './upload';

export interface JobSettings {
  readonly uploadBucket: string;
  readonly mediaBucket: string;
  readonly mediaPrefix: string;
  readonly queue: string;
  readonly role: string;
}

interface Rendition {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The most it may spend in a second. */
  readonly bits: number;
}

/** What every video is made into, the larger one first; other shapes are fitted into the frame. */
const renditions: readonly Rendition[] = [
  { name: '720p', width: 1280, height: 720, bits: 3_500_000 },
  { name: '480p', width: 854, height: 480, bits: 1_500_000 },
];

/** A word of an upload that is the same whenever it is announced; nobody who does not know the upload can guess it. */
const wordOf = ({ owner, video, sequencer }: Upload): string =>
  createHash('sha256').update([owner, video, sequencer].join('\n')).digest('hex').slice(0, 40);

/**
 * The job for an upload: the same for the same upload, so that MediaConvert takes two requests within a minute for one, and a
 * job made twice writes the same objects twice.
 */
export function jobFor(upload: Upload, settings: JobSettings): CreateJobCommandInput {
  const word = wordOf(upload);
  return {
    Queue: settings.queue,
    Role: settings.role,
    ClientRequestToken: word,
    // Comes back with the event that tells the end of the job.
    UserMetadata: { owner: upload.owner, video: upload.video, sequencer: upload.sequencer, uploadedAt: upload.at },
    Settings: {
      Inputs: [
        {
          FileInput: `s3://${settings.uploadBucket}/${upload.key}`,
          TimecodeSource: 'ZEROBASED',
          AudioSelectors: { 'Audio Selector 1': { DefaultSelection: 'DEFAULT' } },
          VideoSelector: { Rotate: 'AUTO' },
        },
      ],
      OutputGroups: [
        {
          Name: 'Files',
          OutputGroupSettings: {
            Type: 'FILE_GROUP_SETTINGS',
            FileGroupSettings: { Destination: `s3://${settings.mediaBucket}/${settings.mediaPrefix}${word}/video` },
          },
          Outputs: renditions.map(outputOf),
        },
      ],
    },
  };
}

const outputOf = ({ name, width, height, bits }: Rendition): Output => ({
  NameModifier: `-${name}`,
  ContainerSettings: { Container: 'MP4' },
  VideoDescription: {
    Width: width,
    Height: height,
    ScalingBehavior: 'FIT_NO_UPSCALE',
    CodecSettings: {
      Codec: 'H_264',
      H264Settings: { RateControlMode: 'QVBR', MaxBitrate: bits, SceneChangeDetect: 'TRANSITION_DETECTION' },
    },
  },
  AudioDescriptions: [
    {
      CodecSettings: {
        Codec: 'AAC',
        AacSettings: { Bitrate: 96_000, CodingMode: 'CODING_MODE_2_0', SampleRate: 48_000 },
      },
    },
  ],
});
