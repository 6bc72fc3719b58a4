import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { context as featureFlags } from '../../cdk.json';

/** An app as the CLI would make it, with the committed feature flags and without bundling. */
export const testApp = (): App =>
  new App({ context: { ...featureFlags, 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true } });

/** A stack to put a block into; its id is part of the paths in error messages. */
export const testStack = (id = 'Stack'): Stack => new Stack(testApp(), id);

/** The template of a stack that holds what `build` puts into it. */
export function templateOf(build: (stack: Stack) => unknown): Template {
  const stack = testStack();
  build(stack);
  return Template.fromStack(stack);
}
