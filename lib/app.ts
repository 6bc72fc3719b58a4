import {
  App,
  AspectPriority,
  Aspects,
  Aws,
  CfnRule,
  Fn,
  PERMISSIONS_BOUNDARY_CONTEXT_KEY,
  RemovalPolicies,
  RemovalPolicy,
  Stack,
  type IPropertyInjector,
} from 'aws-cdk-lib';
import { BUNDLING_STACKS, DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';
import { Key, type KeyProps } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type LogGroupProps } from 'aws-cdk-lib/aws-logs';
import { Bucket, type BucketProps } from 'aws-cdk-lib/aws-s3';
import { context as featureFlags } from '../cdk.json';
import { catalogue } from './catalogue';
import { registerGates } from './compliance';
import { guardCompute } from './constructs/compute/compute-guard';
import { RecordRules } from './constructs/edge/record-rules';
import { regionPlaces } from './constructs/edge/region-places';
import { AddressQuota } from './constructs/network/address-quota';
import { guardNetwork } from './constructs/network/guard-network';
import { guardAnalytics } from './constructs/messaging/retired-analytics';
import { OwnedLogGroups } from './constructs/operations/owned-log-groups';
import { StackExpiry } from './constructs/operations/stack-expiry';
import { guardConcurrency } from './constructs/serverless/concurrency-guard';
import { guardFiles } from './constructs/storage/file-guard';
import { guardStorage } from './constructs/storage/guard-storage';
import { prepareHandlers } from './handlers';
import { profiles, type Profile } from './profile';
import { days, minutes, type Settings } from './settings';
import { keptForRollback, stateful } from './stateful';
import { propsOf } from './variants';

/** The tag on every stack that names its architecture; CloudFormation hands it on to the resources. */
export const ARCHITECTURE_TAG = 'groundplan:architecture';
/** The tag that names the profile a stack was made with. */
export const PROFILE_TAG = 'groundplan:profile';
/** The tag that names who answers for a stack, where `owner` says so. */
export const OWNER_TAG = 'groundplan:owner';
/** The tag that says when a stack was to delete itself as it was deployed; its schedule decides, and may say later by now. */
export const EXPIRES_TAG = 'groundplan:expires';

export interface AppOptions {
  /** Where the cloud assembly is written. @default - what the CDK CLI says, else `cdk.out` */
  readonly outdir?: string;
  /** Context over and above the committed feature flags. @default - none */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Whether the rule packs that must pass are run at synthesis. @default true */
  readonly gates?: boolean;
  /** The time `expiresAfter` counts from. @default - now */
  readonly now?: Date;
  /** Told how long the making of each architecture took, in seconds. @default - nobody is told */
  readonly onMade?: (name: string, seconds: number) => void;
}

/**
 * Makes the app: the wanted architectures, each one stack below the app named like its folder, with everything that
 * must hold for every resource set here and nowhere else (removal, retention, tags, rule packs).
 */
export function createApp(settings: Settings = {}, options: AppOptions = {}): App {
  const profile = profileOf(settings);
  const wanted = catalogue.filter(({ name }) => settings.only?.includes(name) ?? true);
  const gates = options.gates ?? true;
  const app = new App({
    ...(options.outdir !== undefined && { outdir: options.outdir }),
    context: {
      ...featureFlags,
      ...zonesOf(settings),
      ...boundaryOf(settings),
      // Where each resource was made is for the reports of the rule packs; to write it down takes a third of a synthesis.
      ...(!gates && { [DISABLE_CREATION_STACK_TRACES]: true }),
      ...options.context,
    },
    propertyInjectors: defaultsOf(profile),
  });
  if (gates) registerGates(app);
  const expiry = settings.expiresAfter && inMinutes(options.now ?? new Date(), minutes(settings.expiresAfter));

  if (isBundling(app)) prepareHandlers(wanted.map(({ name }) => name));
  for (const architecture of wanted) {
    const { name, load } = architecture;
    const begun = performance.now();
    const others = new Set(app.node.children);
    const Architecture = load();
    new Architecture(app, name, {
      ...propsOf(architecture, settings.variant),
      profile,
      settings,
      terminationProtection: profile.deletionProtection,
      ...(settings.region !== undefined && {
        env: { region: settings.region, ...(settings.account && { account: settings.account }) },
      }),
    });
    for (const stack of app.node.children.filter(Stack.isStack).filter((child) => !others.has(child))) {
      Aspects.of(stack).add(new AddressQuota(stack), { priority: AspectPriority.READONLY });
      stack.addStackTag(ARCHITECTURE_TAG, name);
      stack.addStackTag(PROFILE_TAG, profile.name);
      if (settings.allowedAccounts) onlyIn(settings.allowedAccounts, stack);
      if (settings.owner !== undefined) stack.addStackTag(OWNER_TAG, settings.owner);
      if (expiry) {
        stack.addStackTag(EXPIRES_TAG, expiry.toISOString().replace('.000', ''));
        new StackExpiry(stack, 'Expiry', { at: expiry });
      }
    }
    options.onMade?.(name, (performance.now() - begun) / 1000);
  }
  setRemoval(app, profile);
  guardNetwork(app);
  RecordRules.guard(app);
  guardCompute(app);
  guardStorage(app);
  guardAnalytics(app);
  guardFiles(app, { everyZone: profile.name === 'production' });
  guardConcurrency(app, settings.accountConcurrency ? { accountConcurrency: Number(settings.accountConcurrency) } : {});
  Aspects.of(app).add(new OwnedLogGroups());
  return app;
}

/**
 * CloudFormation refuses the template anywhere else, whoever deploys it and from wherever: what was synthesised before the
 * credentials were switched, too.
 */
function onlyIn(accounts: readonly string[], stack: Stack): void {
  new CfnRule(stack, 'AllowedAccounts', {
    assertions: [
      {
        assert: Fn.conditionContains([...accounts], Aws.ACCOUNT_ID),
        assertDescription: `This template is for the accounts ${accounts.join(', ')} only (allowedAccounts); switch credentials, or synthesise it for yours`,
      },
    ],
  });
}

/** The profile, with what the settings say otherwise. */
function profileOf({ profile = 'sandbox', logRetention }: Settings): Profile {
  return { ...profiles[profile], ...(logRetention !== undefined && { logRetention: days(logRetention) }) };
}

/** Whether any stack will need its functions' code; `cdk list` and unit tests do not. */
function isBundling(app: App): boolean {
  const stacks = app.node.tryGetContext(BUNDLING_STACKS) as string[] | undefined;
  return stacks === undefined || stacks.length > 0;
}

/** Zones for the CDK's own look-up, so that an explicit account needs no credentials, wherever its stacks stand. */
function zonesOf({ account, region }: Settings): Record<string, string[]> {
  if (account === undefined || region === undefined) return {};
  return Object.fromEntries(
    [...new Set([...Object.keys(regionPlaces), region])].map((one) => [
      `availability-zones:account=${account}:region=${one}`,
      ['a', 'b', 'c'].map((zone) => `${one}${zone}`),
    ]),
  );
}

/** The CDK puts the boundary on every role and user, those of its own helpers too. */
function boundaryOf({ permissionsBoundary: name }: Settings): Record<string, { readonly name: string }> {
  return name === undefined ? {} : { [PERMISSIONS_BOUNDARY_CONTEXT_KEY]: { name } };
}

/** Defaults of the profile: how long logs live, whether a bucket is emptied on destroy, how long a deleted key waits. */
function defaultsOf(profile: Profile): IPropertyInjector[] {
  return [
    {
      constructUniqueId: LogGroup.PROPERTY_INJECTION_ID,
      inject: (props: LogGroupProps): LogGroupProps => ({ retention: profile.logRetention, ...props }),
    },
    {
      constructUniqueId: Bucket.PROPERTY_INJECTION_ID,
      inject: (props: BucketProps): BucketProps => ({
        ...props,
        removalPolicy: profile.removalPolicy,
        // A program that empties a bucket fails at the first locked version, and the deletion of the stack with it.
        autoDeleteObjects: profile.removalPolicy === RemovalPolicy.DESTROY && !props.objectLockEnabled,
      }),
    },
    {
      constructUniqueId: Key.PROPERTY_INJECTION_ID,
      inject: (props: KeyProps): KeyProps => ({ pendingWindow: profile.keyPendingWindow, ...props }),
    },
  ];
}

/** In sandbox everything is deleted; in production every stateful resource stays or leaves a snapshot. */
function setRemoval(app: App, profile: Profile): void {
  if (profile.removalPolicy === RemovalPolicy.DESTROY) {
    RemovalPolicies.of(app).destroy({ applyToResourceTypes: [...Object.keys(stateful), ...keptForRollback] });
    return;
  }
  const typesThat = (fate: 'retain' | 'snapshot') => Object.keys(stateful).filter((type) => stateful[type] === fate);
  RemovalPolicies.of(app).retain({ applyToResourceTypes: typesThat('retain') });
  RemovalPolicies.of(app).snapshot({ applyToResourceTypes: typesThat('snapshot') });
}

/** To the second, which is what schedules know. */
const inMinutes = (from: Date, amount: number): Date =>
  new Date((Math.floor(from.getTime() / 1000) + amount * 60) * 1000);
