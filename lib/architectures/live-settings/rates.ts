import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

export interface RatesProps {
  /** What a kilogram costs, in cents, by carrier. */
  readonly rates: Readonly<Record<string, number>>;
}

/** Settings that people change: parameters below one path, each with a pattern that Parameter Store holds every value against. */
export class Rates extends Construct {
  /** Where they stand. */
  readonly path: string;

  constructor(scope: Construct, id: string, { rates }: RatesProps) {
    super(scope, id);
    this.path = `/${Stack.of(this).stackName}/settings`;
    for (const [carrier, cents] of Object.entries(rates))
      new StringParameter(this, carrier, {
        parameterName: `${this.path}/rates/${carrier}`,
        description: `What a kilogram costs by ${carrier}, in cents`,
        allowedPattern: '^[1-9][0-9]{0,4}$',
        stringValue: String(cents),
      });
  }

  /** Lets a function read what stands below the path, also what somebody puts there later. */
  grantRead(role: IRole): void {
    const resource = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: this.path.slice(1),
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources: [resource] }));
  }
}
