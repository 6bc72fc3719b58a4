/** A resource of a template, by the names people and templates have for it. */
export interface ResourceName {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** The construct's path below the app, where the CDK wrote it down. */
  readonly path?: string;
}

/** Something with an icon: a resource with the helpers that serve it, several alike, or somebody outside. */
export interface Box {
  readonly id: string;
  readonly name: string;
  /** What it is, in a few words: `SQS queue`. */
  readonly what: string;
  /** The icon's file below the `icons` of `aws-icons`, without its ending. */
  readonly icon: string;
  /** What else a reader should know at a glance: `2 to 4 instances`. */
  readonly note?: string;
  /** The frame it stands in; nothing for what is outside. */
  readonly frame?: string;
  /** The resources of the box: what it shows first, then what is folded into it. Nobody's for what is outside. */
  readonly resources: readonly ResourceName[];
  /** How many of the resources are shown, rather than folded. */
  readonly shown: number;
}

export type FrameKind = 'cloud' | 'region' | 'vpc' | 'public' | 'private' | 'isolated';

/** A box around boxes. */
export interface Frame {
  readonly id: string;
  readonly kind: FrameKind;
  readonly name: string;
  readonly note?: string;
  readonly parent?: string;
  /** The subnets of a tier, one a zone. */
  readonly zones: readonly Zone[];
  readonly resources: readonly ResourceName[];
}

export interface Zone {
  readonly name: string;
  readonly block: string;
}

/**
 * What an arrow stands for: network traffic, a call or an event that is delivered, data that may be read or written,
 * failures that are moved aside, logs, and alarms.
 */
export type EdgeKind = 'traffic' | 'call' | 'event' | 'data' | 'failure' | 'log' | 'alarm' | 'route';

/** Why an arrow is there: a resource of a template, and which part of it says so. */
export interface Reason {
  readonly stack: string;
  readonly logicalId: string;
  readonly rule: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** Lines of text beside the arrow; none where the arrow says it all. */
  readonly label: readonly string[];
  readonly because: readonly Reason[];
  /** Whether it goes out or back, against the order in which a request meets the boxes. */
  readonly isBackward?: boolean;
}

/** What a template holds, as a reader sees it. */
export interface Picture {
  readonly title: string;
  readonly frames: readonly Frame[];
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

/** What a click on a box or a frame shows. */
export interface Part {
  readonly id: string;
  readonly name: string;
  readonly what: string;
  readonly resources: readonly ResourceName[];
}

const frameWords: Readonly<Record<FrameKind, string>> = {
  cloud: 'stack',
  region: 'Region',
  vpc: 'VPC',
  public: 'public subnets',
  private: 'private subnets',
  isolated: 'isolated subnets',
};

/** Every part of a picture with the resources it stands for; together they are all resources of the templates. */
export function partsOf({ frames, boxes }: Picture): Part[] {
  return [
    ...frames.map(({ id, name, kind, resources }) => ({ id, name, what: frameWords[kind], resources })),
    ...boxes.map(({ id, name, what, resources }) => ({ id, name, what, resources })),
  ];
}

export const whatOfFrame = (kind: FrameKind): string => frameWords[kind];
