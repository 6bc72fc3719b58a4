import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Template } from '../template/stack';
import { list, mentions, ofType, referred, type Proof, type Violation } from './proof';

export const ownedLogs: Proof = {
  name: 'owned logs',
  promise: 'Every function logs to a group of its stack, and every group expires.',
  violations: (template) => {
    const strangers = ofType(template, 'AWS::Lambda::Function')
      .filter(([, { Properties }]) => {
        const group = referred((Properties.LoggingConfig as { LogGroup?: unknown } | undefined)?.LogGroup);
        return group === undefined || template.Resources[group]?.Type !== 'AWS::Logs::LogGroup';
      })
      .map(([logicalId]) => ({ logicalId, fault: 'logs to a group that the stack does not own' }));
    const eternal = ofType(template, 'AWS::Logs::LogGroup')
      .filter(([, { Properties }]) => Properties.RetentionInDays === undefined)
      .map(([logicalId]) => ({ logicalId, fault: 'keeps logs for ever' }));
    return [...strangers, ...eternal];
  },
};

export const heardAlarms: Proof = {
  name: 'heard alarms',
  promise: 'Every alarm reports to a topic of the stack.',
  violations: (template) =>
    ofType(template, 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => !watchesForScaling(template, Properties.AlarmActions))
      .filter(
        ([id, { Properties }]) =>
          !rollsBack(template, id) &&
          !list(Properties.AlarmActions as unknown[]).some(
            (action) => template.Resources[referred(action) ?? '']?.Type === 'AWS::SNS::Topic',
          ),
      )
      .map(([logicalId]) => ({ logicalId, fault: 'goes off unheard: none of its actions is a topic of the stack' })),
};

/** An alarm that drives a scaling policy is heard by the policy. */
const watchesForScaling = (template: Template, actions: unknown): boolean =>
  list(actions as unknown[]).some((action) =>
    /ScalingPolicy$/.test(template.Resources[referred(action) ?? '']?.Type ?? ''),
  );

/** An alarm named by a deployment group is heard by the deployment. */
const rollsBack = (template: Template, alarm: string): boolean =>
  ofType(template, 'AWS::CodeDeploy::DeploymentGroup').some(([, { Properties }]) =>
    mentions(Properties.AlarmConfiguration, alarm),
  );

/** When AWS stops patching a runtime or engine. Source: the Lambda developer guide, "Lambda runtimes". */
export const endOfSupport = {
  asOf: '2026-11-21',
  runtimes: {
    'nodejs24.x': '2028-04-30',
    'nodejs22.x': '2027-04-30',
    'nodejs20.x': '2026-04-30',
    'nodejs18.x': '2025-09-01',
    'python3.14': '2029-06-30',
    'python3.13': '2029-06-30',
    'python3.12': '2028-10-31',
    'python3.11': '2027-06-30',
    'python3.10': '2026-10-31',
    'python3.9': '2025-12-15',
    java25: '2029-06-30',
    java21: '2029-06-30',
    'provided.al2023': '2029-06-30',
    'provided.al2': '2026-07-31',
  } as Readonly<Record<string, string>>,
} as const;

/** Functions by how many days their runtime is still supported on a date; a runtime the table does not know has none. */
export function supportLeft(
  template: Template,
  date: Date,
): readonly { logicalId: string; runtime: string; days: number }[] {
  return ofType(template, 'AWS::Lambda::Function')
    .filter(([, { Properties }]) => Properties.PackageType !== 'Image')
    .flatMap(([logicalId, { Properties }]) =>
      runtimesOf(template, Properties.Runtime).map((runtime) => ({ logicalId, runtime })),
    )
    .map(({ logicalId, runtime }) => {
      const end = endOfSupport.runtimes[runtime];
      return {
        logicalId,
        runtime,
        days: end === undefined ? -Infinity : Math.floor((Date.parse(end) - date.getTime()) / 86_400_000),
      };
    });
}

/** The CDK's helpers look their runtime up in a mapping by region: every runtime it holds counts. */
function runtimesOf(template: Template, value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  const name = (value as { 'Fn::FindInMap'?: readonly unknown[] } | undefined)?.['Fn::FindInMap']?.[0];
  const mapping = (
    template.Mappings as
      Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> | undefined
  )?.[String(name)];
  return mapping ? [...new Set(Object.values(mapping).flatMap((row) => Object.values(row)))] : [JSON.stringify(value)];
}

/**
 * Functions run on what AWS still patches.
 *
 * @claims serverless-runtime-supported
 */
export const supportedRuntimes: Proof = {
  name: 'supported runtimes',
  promise: `No function, the CDK's own helpers included, runs on a runtime that was unsupported on ${endOfSupport.asOf}.`,
  violations: (template) =>
    supportLeft(template, new Date(endOfSupport.asOf))
      .filter(({ days }) => days < 0)
      .map(({ logicalId, runtime }) => ({
        logicalId,
        fault: `runs on ${runtime}, which is unsupported or not in the dated table`,
      })),
};

let specification: ReturnType<typeof loadAwsServiceSpecSync> | undefined;

export const noPhysicalNames: Proof = {
  name: 'no physical names',
  promise: 'No resource has a name of its own, so that it can be replaced and a second copy deployed.',
  violations: (template) => {
    specification ??= loadAwsServiceSpecSync();
    return Object.entries(template.Resources).flatMap(([logicalId, { Type, Properties = {} }]): Violation[] => {
      const identifier =
        specification!.lookup('resource', 'cloudFormationType', 'equals', Type)[0]?.primaryIdentifier ?? [];
      // A name within a parent (a stage of an API) hinders nobody.
      if (identifier.length !== 1) return [];
      return identifier
        .filter((property) => /Name$|Identifier$/.test(property) && typeof Properties[property] === 'string')
        .map((property) => ({
          logicalId,
          fault: `has the physical name ${property}: ${String(Properties[property])}`,
        }));
    });
  },
};
