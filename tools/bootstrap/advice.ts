import type { Demand } from './demand';
import { handlerData } from './handlers';
import { boundaryName } from './plan';
import type { Place } from './scope';

/** The commands that prepare an account, to be run as they are with credentials that may change IAM. */
export function instructions(
  policies: readonly string[],
  names: readonly string[],
  { account, region }: Place,
  folder: string,
): string {
  const [Account, Region] = [account ?? '$ACCOUNT', region ?? '$REGION'];
  const arn = (name: string) => `arn:aws:iam::${Account}:policy/${name}`;
  const execution = policies.filter((name) => name !== boundaryName);
  return [
    ...(account === undefined ? ['ACCOUNT=$(aws sts get-caller-identity --query Account --output text)'] : []),
    ...(region === undefined ? ['REGION=$(aws configure get region)'] : []),
    ...policies.map(
      (name) => `aws iam create-policy --policy-name ${name} --policy-document file://${folder}/${name}.json`,
    ),
    `npx cdk bootstrap aws://${Account}/${Region} --cloudformation-execution-policies ${execution.map(arn).join(',')}`,
    `npx cdk deploy ${names.length === 1 ? names[0] : '<name>'} -c permissionsBoundary=${boundaryName}`,
  ].join('\n');
}

/** What the policies do not narrow, in full sentences. */
export function limits({ leftOut, types }: Demand): string[] {
  const { source, date } = handlerData();
  const guessed = [...types].filter(([, from]) => from !== 'schema').map(([type]) => type);
  return [
    `The actions are those of ${source} of ${date}, which holds what AWS publishes for each type; ${leftOut.length} that it names are left out.`,
    'Networks, load balancers, distributions, keys and APIs have ids that nobody knows beforehand: their actions are allowed on any of ' +
      'the account, and those that delete only on what carries the tag groundplan:architecture where the service can tell.',
    'CloudFormation makes most other names from the name of the stack, so those actions are allowed on <stack>-* only; a stack of ' +
      'somebody else that begins with the same words is covered too.',
    'Reading is not narrowed where AWS allows no narrower pattern, such as ec2:Describe*.',
    `No schema says what is called for ${guessed.join(', ')}: that is taken from the guide, or from the names of the actions.`,
  ].map((sentence) => `- ${sentence}`);
}
