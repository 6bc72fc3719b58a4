import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import {
  CustomState,
  JsonPath,
  Pass,
  type INextable,
  type IChainable,
  type State,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { MailSet } from '../../constructs/messaging/mail-set';
import { MailSender, SenderIdentity } from '../../constructs/messaging/sender-identity';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { tryAgain } from './try-again';

export interface TellingProps {
  /** Where it is told when too much of the mail comes back. */
  readonly alarms: AlarmTopic;
  /**
   * The address mails come from; SES asks its owner once whether it may be used.
   * @default - what would be mailed stands in the log of the execution
   */
  readonly mailSender?: string;
  /**
   * Whether text messages are sent.
   * @default false: what would be sent stands in the log of the execution
   */
  readonly smsEnabled?: boolean;
}

/** A step that tells somebody, and what may follow it. */
export type TellingStep = State & INextable & IChainable;

const text = JsonPath.format('{} wants {}.', JsonPath.stringAt('$.cat'), JsonPath.stringAt('$.wish'));

/**
 * The two ways to tell a person: mail, by a set of its own with alarms on what comes back, and text messages. Without an address or leave
 * to send, a step only writes down what it would say.
 *
 * @claims messaging-sms-sandbox
 */
export class Telling extends Construct {
  private readonly sender?: SenderIdentity;
  private readonly mailSet?: MailSet;
  private readonly smsEnabled: boolean;

  constructor(scope: Construct, id: string, props: TellingProps) {
    super(scope, id);
    this.smsEnabled = props.smsEnabled ?? false;
    if (props.mailSender === undefined) return;
    this.sender = new SenderIdentity(this, 'Sender', { sender: MailSender.address(props.mailSender) });
    this.mailSet = new MailSet(this, 'Purpose', { sender: this.sender, alarms: props.alarms });
  }

  /** Mails `$.person.mail`. */
  mail(id: string): TellingStep {
    const { sender, mailSet } = this;
    if (!sender || !mailSet) return this.written(id, 'mail', '$.person.mail');
    return tryAgain(
      new CallAwsService(this, id, {
        service: 'sesv2',
        action: 'sendEmail',
        iamAction: 'ses:SendEmail',
        iamResources: mailSet.resourceArns,
        parameters: {
          FromEmailAddress: sender.address,
          ConfigurationSetName: mailSet.configurationSet.configurationSetName,
          Destination: { ToAddresses: JsonPath.array(JsonPath.stringAt('$.person.mail')) },
          Content: { Simple: { Subject: { Data: text }, Body: { Text: { Data: text } } } },
        },
        resultPath: JsonPath.DISCARD,
      }),
    );
  }

  /** Sends a text message to `$.person.phone`. */
  text(id: string): TellingStep {
    if (!this.smsEnabled) return this.written(id, 'text message', '$.person.phone');
    return tryAgain(
      new CustomState(this, id, {
        stateJson: {
          Type: 'Task',
          Resource: `arn:${Stack.of(this).partition}:states:::sns:publish`,
          Parameters: {
            'PhoneNumber.$': '$.person.phone',
            'Message.$': "States.Format('{} wants {}.', $.cat, $.wish)",
          },
          ResultPath: null,
        },
      }),
    );
  }

  /** Lets the role send text messages, and publish to no topic. A phone is no resource, so that it cannot be named. */
  grantText(role: IRole): void {
    if (!this.smsEnabled) return;
    const topics = Stack.of(this).formatArn({ service: 'sns', region: '*', account: '*', resource: '*' });
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['sns:Publish'], notResources: [topics] }));
  }

  private written(id: string, what: string, address: string): TellingStep {
    return new Pass(this, id, {
      parameters: {
        written: JsonPath.format(
          `${what} to {}: {} wants {}.`,
          JsonPath.stringAt(address),
          JsonPath.stringAt('$.cat'),
          JsonPath.stringAt('$.wish'),
        ),
      },
      resultPath: '$.instead',
    });
  }
}
