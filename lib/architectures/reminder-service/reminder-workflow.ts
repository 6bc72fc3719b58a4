import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { DocumentTable } from '../../constructs/data/document-table';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { WorkflowKind } from '../../constructs/serverless/machine-rules';
import { Workflow } from '../../constructs/serverless/workflow';
import { WorkflowDefinition } from '../../constructs/serverless/workflow-definition';
import { longestWait, mostPeople } from './limits';
import { Telling, type TellingProps } from './telling';
import { passing, tryAgain } from './try-again';

export interface ReminderWorkflowProps extends TellingProps {
  readonly alarms: AlarmTopic;
  readonly deletionProtection: boolean;
}

const { JsonPath, Condition } = sfn;
const cat = tasks.DynamoAttributeValue.fromString(JsonPath.stringAt('$.cat'));
const me = tasks.DynamoAttributeValue.fromString(JsonPath.stringAt('$$.Execution.Name'));

/**
 * What happens to a reminder: it is checked, noted, waited for, told to everybody in the way each chose, and crossed out. A cat has one
 * reminder at a time; whatever fails after the note takes the note back, or the cat could never ask again.
 *
 * @claims serverless-reminder
 */
export class ReminderWorkflow extends Construct {
  readonly check: Workflow;
  readonly remind: Workflow;
  /** Which cats have a reminder that waits. */
  readonly notes: DocumentTable;
  /** People who could not be told, and why. */
  readonly untold: FailureQueue;
  private readonly telling: Telling;
  private readonly failed: sfn.Fail;

  constructor(scope: Construct, id: string, props: ReminderWorkflowProps) {
    super(scope, id);
    const { alarms, deletionProtection, mailSender, smsEnabled } = props;
    this.notes = new DocumentTable(this, 'Notes', {
      partitionKey: { name: 'cat', type: AttributeType.STRING },
      deletionProtection,
      alarms,
    });
    this.untold = new FailureQueue(this, 'Untold', { alarms });
    this.telling = new Telling(this, 'Telling', {
      alarms,
      ...(mailSender !== undefined && { mailSender }),
      ...(smsEnabled !== undefined && { smsEnabled }),
    });
    this.failed = new sfn.Fail(this, 'Failed', { errorPath: '$.error.Error', causePath: '$.error.Cause' });

    this.check = new Workflow(this, 'Check', {
      description: 'Whether something is a reminder',
      kind: WorkflowKind.EXPRESS,
      definition: WorkflowDefinition.file(join(__dirname, 'check.asl.json'), {
        LongestWait: String(longestWait.toSeconds()),
        MostPeople: String(mostPeople),
      }),
      timeout: Duration.seconds(10),
      alarms,
    });
    this.remind = new Workflow(this, 'Remind', {
      description: 'Waits, and tells everybody what the cat wants',
      definition: WorkflowDefinition.chain(this.steps()),
      timeout: longestWait.plus(Duration.days(1)),
      alarms,
    });
    this.telling.grantText(this.remind.role);
  }

  private steps(): sfn.IChainable {
    const orFail = { resultPath: '$.error' };
    const fit = new sfn.Choice(this, 'Fit?');
    const check = tryAgain(this.checked()).addCatch(this.failed, orFail).next(fit);
    const takeBack = tryAgain(this.crossed('Take back')).addCatch(this.failed, orFail).next(this.failed);
    const crossOut = tryAgain(this.crossed('Cross out')).addCatch(this.failed, orFail);
    const told = this.told().addCatch(takeBack, orFail);

    const bad = new sfn.Fail(this, 'Bad reminder', { error: 'BadReminder', causePath: '$.check.Output' });
    const waits = new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.secondsPath('$.seconds') });
    fit
      .when(
        Condition.stringEquals('$.check.Output', '"fit"'),
        this.noted()
          .next(waits)
          .next(told)
          .next(crossOut)
          .next(new sfn.Succeed(this, 'Done', { outputPath: '$.told' })),
      )
      .otherwise(bad);
    return check;
  }

  /** Asks the express machine, whoever started this one. */
  private checked(): tasks.CallAwsService {
    return new tasks.CallAwsService(this, 'Check it', {
      service: 'sfn',
      action: 'startSyncExecution',
      iamAction: 'states:StartSyncExecution',
      iamResources: [this.check.machine.stateMachineArn],
      parameters: {
        StateMachineArn: this.check.machine.stateMachineArn,
        Input: JsonPath.jsonToString(JsonPath.objectAt('$')),
      },
      resultPath: '$.check',
    });
  }

  /** Written once for each cat; again for this execution, whose answer may have been lost. */
  private noted(): tasks.DynamoPutItem {
    const taken = 'DynamoDB.ConditionalCheckFailedException';
    const note = new tasks.DynamoPutItem(this, 'Note', {
      table: this.notes.table,
      item: { cat, execution: me },
      conditionExpression: 'attribute_not_exists(cat) OR execution = :me',
      expressionAttributeValues: { ':me': me },
      resultPath: JsonPath.DISCARD,
    });
    note.addRetry({ errors: [taken], maxAttempts: 0 });
    note.addRetry(passing);
    note.addCatch(new sfn.Pass(this, 'Waits already', { parameters: { already: true } }), { errors: [taken] });
    note.addCatch(this.failed, { resultPath: '$.error' });
    return note;
  }

  private crossed(id: string): tasks.DynamoDeleteItem {
    return new tasks.DynamoDeleteItem(this, id, {
      table: this.notes.table,
      key: { cat },
      resultPath: JsonPath.DISCARD,
    });
  }

  /** Everybody in their own way; who cannot be told leaves a note for a person, and keeps nobody else from being told. */
  private told(): sfn.Map {
    const everybody = new sfn.Map(this, 'Tell everybody', {
      itemsPath: '$.to',
      itemSelector: {
        cat: JsonPath.stringAt('$.cat'),
        wish: JsonPath.stringAt('$.wish'),
        person: JsonPath.objectAt('$$.Map.Item.Value'),
      },
      maxConcurrency: 5,
      resultPath: '$.told',
    });
    const answer = (told: boolean) => ({ parameters: { to: JsonPath.objectAt('$.person'), told } });
    const done = new sfn.Pass(this, 'Told', answer(true));
    const note = tryAgain(
      new tasks.SqsSendMessage(this, 'Leave a note', {
        queue: this.untold.queue,
        messageBody: sfn.TaskInput.fromJsonPathAt('$'),
        resultPath: JsonPath.DISCARD,
      }),
    ).next(new sfn.Pass(this, 'Not told', answer(false)));
    const orNote = <T extends object>(step: T): T => {
      if ('addCatch' in step) (step.addCatch as sfn.Map['addCatch'])(note, { resultPath: '$.error' });
      return step;
    };
    const both = new sfn.Parallel(this, 'Both ways', { resultPath: JsonPath.DISCARD })
      .branch(this.telling.mail('Mail besides'))
      .branch(this.telling.text('Text besides'));
    const unknown = new sfn.Pass(this, 'Unknown way', {
      result: sfn.Result.fromObject({
        Error: 'UnknownWay',
        Cause: 'by has to be email, sms or both, with mail, phone or both',
      }),
      resultPath: '$.error',
    });
    const by = (way: string, ...needs: string[]) =>
      Condition.and(
        ...['by', ...needs].flatMap((need) => [
          Condition.isPresent(`$.person.${need}`),
          Condition.isString(`$.person.${need}`),
        ]),
        Condition.stringEquals('$.person.by', way),
      );
    return everybody.itemProcessor(
      new sfn.Choice(this, 'How?')
        .when(by('email', 'mail'), orNote(this.telling.mail('Mail')).next(done))
        .when(by('sms', 'phone'), orNote(this.telling.text('Text')).next(done))
        .when(by('both', 'mail', 'phone'), orNote(both).next(done))
        .otherwise(unknown.next(note)),
    );
  }
}
