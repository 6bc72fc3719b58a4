/** Names of the environment variables by which the stack tells the functions of the video portal what they work with. */
export const environment = {
  /** The only bucket videos come from. */
  uploadBucket: 'UPLOAD_BUCKET',
  /** What the key of an upload begins with, `uploads/`. */
  uploadPrefix: 'UPLOAD_PREFIX',
  /** Where MediaConvert writes what it made. */
  mediaBucket: 'MEDIA_BUCKET',
  /** What the key of everything it made begins with, `videos/`. */
  mediaPrefix: 'MEDIA_PREFIX',
  /** Name of the table of videos. */
  videoTable: 'VIDEO_TABLE',
  /** ARN of the queue of MediaConvert that jobs go to. */
  transcodingQueue: 'TRANSCODING_QUEUE',
  /** ARN of the role with which MediaConvert reads uploads and writes what it makes. */
  transcoderRole: 'TRANSCODER_ROLE',
  /** For how many seconds a link to a video is good, at most. */
  linkSeconds: 'LINK_SECONDS',
} as const;

/** What the name of a video ends with, in small or in capital letters. */
export const videoSuffixes: readonly string[] = ['.mp4', '.mov', '.mkv', '.webm'];
