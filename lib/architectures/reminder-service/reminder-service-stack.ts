import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Period } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ArchitectureProps, Variant } from '../../architecture';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ApiAccess } from '../../constructs/serverless/api-access';
import { ApiAccessLogs } from '../../constructs/serverless/api-access-logs';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { RestFacade } from '../../constructs/serverless/rest-facade';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { Front } from './front';
import { reminderModel } from './model';
import { ReminderFunction } from './reminder-function';
import { ReminderWorkflow } from './reminder-workflow';
import { Starters } from './starters';
import type { TellingProps } from './telling';

export interface ReminderServiceProps extends ArchitectureProps, Omit<TellingProps, 'alarms'> {}

/** A page starts a workflow that waits, decides and tells people what the cat wants. */
export class ReminderService extends Stack {
  static readonly variants: Readonly<Record<string, Variant>> = {
    'reminders-sent': {
      what: 'reminders are mailed and texted, not only written into the log',
      props: { mailSender: 'whiskers@example.com', smsEnabled: true } satisfies Partial<ReminderServiceProps>,
    },
  };

  constructor(scope: Construct, id: string, props: ReminderServiceProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const production = profile.name === 'production';
    const { mailSender = settings.mailSender, smsEnabled = settings.smsEnabled === 'true' } = props;
    const alarms = new AlarmTopic(this, 'Alarms', {
      ...(settings.alarmEmail !== undefined && { email: settings.alarmEmail }),
    });
    const logs = new LogBucket(this, 'Logs', { writtenWithAcl: true, writtenByBuckets: true });

    const { remind, check, notes, untold } = new ReminderWorkflow(this, 'Workflow', {
      alarms,
      deletionProtection: profile.deletionProtection,
      ...(mailSender !== undefined && { mailSender }),
      smsEnabled,
    });
    const { alias } = new ReminderFunction(this, 'Function', {
      remind,
      alarms,
      strategy: production ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce(),
    });
    new Starters(this, 'Starters', { remind, alarms });

    const api = new RestFacade(this, 'Api', {
      description: 'Reminders of what cats want',
      access: ApiAccess.apiKey({
        throttle: { rateLimit: 5, burstLimit: 10 },
        quota: { limit: production ? 100_000 : 1000, period: Period.DAY },
      }),
      accessLogs: ApiAccessLogs.toBucket(logs.bucket, 'api/'),
      alarms,
    });
    const reminders = ApiTarget.proxy(alias);
    api.route('POST /api/reminders', { target: reminders, body: reminderModel, headers: { 'Idempotency-Key': true } });
    api.route('GET /api/reminders/{reminderId}', { target: reminders });
    // The same without a function between: what the model lets through and is no reminder is refused by the machine.
    api.route('POST /api/wishes', {
      target: ApiTarget.startExecution(remind.machine),
      body: reminderModel,
    });
    const { edge } = new Front(this, 'Front', { api: api.api, stageName: api.stages[0].stageName, logs });

    const output = (name: string, description: string, value: string) =>
      new CfnOutput(this, name, { description, value });
    output('Url', 'Where the page is', edge.url);
    output('ApiKeyId', 'Id of the key of the first client', api.key!.keyId);
    output('RemindMachine', 'Waits and tells', remind.machine.stateMachineArn);
    output('CheckMachine', 'Says whether something is a reminder', check.machine.stateMachineArn);
    output('NotesTable', 'Which cats have a reminder that waits', notes.table.tableName);
    output('UntoldQueueUrl', 'People who could not be told', untold.queue.queueUrl);
    output('FailuresQueueUrl', 'Reminders that failed, and what could not start one', remind.failures!.queue.queueUrl);
    output('RemindLogGroup', 'Every step of every reminder', remind.logGroup.logGroupName);
  }
}
