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
  promise: 'Every alarm reports to a topic of the stack, or sets off what it is there for.',
  violations: (template) =>
    ofType(template, 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => !watchesForScaling(template, Properties.AlarmActions))
      .filter(
        ([id, { Properties }]) =>
          !rollsBack(template, id) &&
          !setsOff(template, id) &&
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

/** An alarm whose change a rule of the stack matches by its ARN is heard by the targets of the rule. */
const setsOff = (template: Template, alarm: string): boolean =>
  ofType(template, 'AWS::Events::Rule').some(
    ([, { Properties }]) =>
      list(Properties.Targets as unknown[]).length > 0 &&
      mentions((Properties.EventPattern as { resources?: unknown } | undefined)?.resources, alarm),
  );

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
