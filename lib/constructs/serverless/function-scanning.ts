import { Aws, Stack, Validations } from 'aws-cdk-lib';
import { EvaluationMode, ManagedRule, ManagedRuleIdentifiers, ResourceType, RuleScope } from 'aws-cdk-lib/aws-config';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { CallHelper } from '../operations/call-helper';

export interface FunctionScanningProps {
  /** Why every function of the account is worth a monthly bill of its own, in a sentence: Inspector bills each it scans. */
  readonly acceptMonthlyCost: string;
  /**
   * Whether functions' own code is scanned too, for injection, leaks and weak cryptography, and not only the libraries in it. It costs
   * three times as much, and AWS reads the code.
   * @default true
   */
  readonly ownCode?: boolean;
  /**
   * The runtimes a function may have.
   * @default [Runtime.NODEJS_22_X, Runtime.NODEJS_24_X, Runtime.PYTHON_3_13, Runtime.PYTHON_3_14]
   */
  readonly runtimes?: readonly Runtime[];
  /**
   * How long a function may run at most, in seconds, 1 to 900.
   * @default 900
   */
  readonly longestTimeout?: number;
  /**
   * Whether functions are scanned on when this goes, as whoever else relies on it would not hear of the end.
   * @default false
   */
  readonly staysOn?: boolean;
}

/**
 * Functions are looked at, before and after they are deployed: Inspector scans each when it is deployed, and again when a new flaw becomes known,
 * and AWS Config holds their settings against rules. Once in an account and Region; AWS Config must be recording there.
 *
 * A pipeline asks the rules before a deployment: `aws configservice start-resource-evaluation --evaluation-mode PROACTIVE`.
 *
 * @claims serverless-code-scanning
 */
export class FunctionScanning extends Construct {
  constructor(scope: Construct, id: string, props: FunctionScanningProps) {
    super(scope, id);
    const { acceptMonthlyCost, ownCode = true, longestTimeout = 900, staysOn = false } = props;
    const { runtimes = [Runtime.NODEJS_22_X, Runtime.NODEJS_24_X, Runtime.PYTHON_3_13, Runtime.PYTHON_3_14] } = props;
    const other = this.node.root.node
      .findAll()
      .find(
        (node) =>
          node instanceof FunctionScanning &&
          node !== this &&
          Stack.of(node).environment === Stack.of(this).environment,
      );
    refuse(this, [
      acceptMonthlyCost.trim().split(/\s+/).length < 4 &&
        `acceptMonthlyCost is "${acceptMonthlyCost}"; say in a sentence why every function of the account is to be scanned at a price`,
      outsideRange('longestTimeout', longestTimeout, 1, 900, 'seconds'),
      runtimes.length === 0 && 'runtimes is empty; name those a function may have',
      other !== undefined &&
        `functions of this account and Region are scanned by ${other.node.path} already; leave one of the two out`,
    ]);
    this.scan(ownCode ? ['LAMBDA', 'LAMBDA_CODE'] : ['LAMBDA'], staysOn);

    const ruleScope = RuleScope.fromResource(ResourceType.LAMBDA_FUNCTION);
    new ManagedRule(this, 'Settings', {
      description:
        'Functions have a runtime that is supported and no longer a timeout than allowed, before and after they are deployed',
      identifier: ManagedRuleIdentifiers.LAMBDA_FUNCTION_SETTINGS_CHECK,
      inputParameters: { runtime: runtimes.map(({ name }) => name).join(','), timeout: String(longestTimeout) },
      evaluationModes: EvaluationMode.DETECTIVE_AND_PROACTIVE,
      ruleScope,
    });
    new ManagedRule(this, 'PublicAccess', {
      description: 'Nobody outside the account may call a function without a condition',
      identifier: ManagedRuleIdentifiers.LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED,
      evaluationModes: EvaluationMode.DETECTIVE,
      ruleScope,
    });
  }

  /** Inspector is switched on by a call: CloudFormation knows no resource for it. */
  private scan(resourceTypes: readonly string[], staysOn: boolean): void {
    const call = (action: 'enable' | 'disable') => ({
      service: 'Inspector2',
      action,
      parameters: { accountIds: [Aws.ACCOUNT_ID], resourceTypes },
      physicalResourceId: PhysicalResourceId.of('function-scanning'),
    });
    const helper = CallHelper.of(this, 'ScanningHelper');
    const scanned = new AwsCustomResource(this, 'Inspector', {
      resourceType: 'Custom::FunctionScanning',
      onUpdate: call('enable'),
      ...(!staysOn && { onDelete: call('disable') }),
      installLatestAwsSdk: false,
      role: helper.role,
      logGroup: helper.logs,
      memorySize: 256,
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({
          actions: ['inspector2:Enable', ...(staysOn ? [] : ['inspector2:Disable'])],
          resources: ['*'],
        }),
        new PolicyStatement({
          actions: ['iam:CreateServiceLinkedRole'],
          resources: [
            `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/aws-service-role/inspector2.amazonaws.com/AWSServiceRoleForAmazonInspector2`,
          ],
          conditions: { StringEquals: { 'iam:AWSServiceName': 'inspector2.amazonaws.com' } },
        }),
      ]),
    });
    helper.acknowledge(scanned);
    Validations.of(scanned).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason:
        'Inspector is switched on for the account as a whole, and its two actions take no resource; the role may make no other call but the one that gives Inspector its own role.',
    });
  }
}
