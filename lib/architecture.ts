import type { Stack, StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Profile } from './profile';
import type { Settings } from './settings';

/** What every architecture is given; none of it is required of the person who deploys it. */
export interface ArchitectureProps extends StackProps {
  readonly profile: Profile;
  readonly settings: Settings;
}

export type ArchitectureStack = new (scope: Construct, id: string, props: ArchitectureProps) => Stack;

/** One entry of the catalogue. */
export interface Architecture {
  /** The folder below `lib/architectures`, the stack's id, and the word on the command line. */
  readonly name: string;
  /** The name as a heading. */
  readonly title: string;
  /** What it is for, in at most twelve words. */
  readonly purpose: string;
  /** Loads the module; called only when the architecture is wanted. */
  readonly load: () => ArchitectureStack;
}
