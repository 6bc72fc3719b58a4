import { Duration, Fn, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { StringParameter, type IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/dns-routing-gallery/environment';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionUrl } from '../../constructs/serverless/function-url';
import { handlerCode } from '../../handlers';

/** Something that can be up or down: a page at `/health`, and a switch that it depends on. */
export class HealthTarget extends Construct {
  readonly function: AppFunction;
  /** `up`, and everything else is down. */
  readonly switch: IStringParameter;
  /** Where the page is. */
  readonly host: string;
  readonly url: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.switch = new StringParameter(this, 'Switch', {
      stringValue: 'up',
      description: 'What the target of the routing gallery depends on: up, or anything else for down',
    });
    this.function = new AppFunction(this, 'Function', {
      description: 'Says at /health whether what it depends on is up',
      code: handlerCode('dns-routing-gallery', 'health'),
      service: 'dns-routing-gallery',
      timeout: Duration.seconds(3),
      // Sixteen checkers ask every half minute; this is all that anybody else can make of it at a time.
      reservedConcurrentExecutions: 5,
      environment: { [environment.switch]: this.switch.parameterName },
    });
    this.function.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [this.switch.parameterArn] }),
    );
    this.url = new FunctionUrl(this, 'Url', {
      function: this.function,
      authType: FunctionUrlAuthType.NONE,
      acceptPublic:
        'Checkers of Route 53 come from the internet and cannot sign; the page tells them only whether the target is up.',
    }).url;
    this.host = Fn.select(2, Fn.split('/', this.url));
    Validations.of(this.function.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'Checkers wait for its answer, so there are no events that could be kept: a run that fails is the very thing they look for.',
    });
  }
}
