import { Duration } from 'aws-cdk-lib';
import { carriers, flagDefaults } from '../../../lambda/live-settings/environment';
import type { FeatureFlagsProps } from '../../constructs/serverless/feature-flags';
import type { Flags } from '../../constructs/serverless/flag-shape';
import type { ProfileName } from '../../profile';

/** What may be changed while everything runs, and within which bounds. */
export const flags: Flags = {
  carrier: { default: flagDefaults.carrier, choices: carriers },
  surcharge: { default: flagDefaults.surcharge, minimum: 0, maximum: 30 },
  taking: { default: flagDefaults.taking },
};

/** How fast a change spreads, and how long it is watched. Somebody waits for each step of a sandbox. */
export const pace: Readonly<Record<ProfileName, Pick<FeatureFlagsProps, 'step' | 'over' | 'watchedFor'>>> = {
  sandbox: { step: 50, over: Duration.minutes(2), watchedFor: Duration.minutes(5) },
  production: { step: 20, over: Duration.minutes(20), watchedFor: Duration.minutes(30) },
};
