import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
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
import { tryAgain } from './try-again';

export interface TellingProps {
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
 * The two ways to tell a person. Without an address or leave to send, a step only writes down what it would say.
 *
 * @claims messaging-sms-sandbox
 */
export class Telling extends Construct {
  private readonly sender?: EmailIdentity;
  private readonly smsEnabled: boolean;

  constructor(scope: Construct, id: string, props: TellingProps) {
    super(scope, id);
    this.smsEnabled = props.smsEnabled ?? false;
    // Mails that bounce come back to this address.
    if (props.mailSender !== undefined)
      this.sender = new EmailIdentity(this, 'Sender', { identity: Identity.email(props.mailSender) });
  }

  /** Mails `$.person.mail`. */
  mail(id: string): TellingStep {
    const { sender } = this;
    if (!sender) return this.written(id, 'mail', '$.person.mail');
    return tryAgain(
      new CallAwsService(this, id, {
        service: 'sesv2',
        action: 'sendEmail',
        iamAction: 'ses:SendEmail',
        iamResources: [sender.emailIdentityArn],
        parameters: {
          FromEmailAddress: sender.emailIdentityName,
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
