import type { Scope } from './scope';
import type { PolicyStatement } from './statements';
import type { Variant } from './variants';

/** What CloudFormation reads while it works out a template: parameters of Systems Manager, and secrets. */
export function referenceStatements(variants: readonly Variant[], scope: Scope): PolicyStatement[] {
  const templates = variants.flatMap(({ model }) => model.stacks.map(({ template }) => template));
  const parameters = new Set(templates.flatMap(({ Parameters = {} }) => parameterNames(Parameters)));
  const secrets = new Set<string>();
  for (const template of templates) {
    for (const [, service, name] of JSON.stringify(template).matchAll(
      /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^:}]+)/g,
    )) {
      (service === 'secretsmanager' ? secrets : parameters).add(name);
    }
  }
  return [
    ...reading(
      'ssm:GetParameters',
      [...parameters].map((name) => parameterArn(name, scope)),
    ),
    ...reading(
      'secretsmanager:GetSecretValue',
      [...secrets].map((name) => secretArn(name, scope)),
    ),
  ];
}

function parameterNames(parameters: Readonly<Record<string, unknown>>): string[] {
  return Object.values(parameters as Readonly<Record<string, { Type: string; Default?: string }>>)
    .filter(({ Type, Default }) => Type.startsWith('AWS::SSM::Parameter::') && Default !== undefined)
    .map(({ Default }) => Default!);
}

/** Parameters below `/aws/service` belong to AWS, and their ARNs to no account. */
function parameterArn(name: string, scope: Scope): string {
  const account = name.startsWith('/aws/service/') ? '' : '${Account}';
  return scope.arn(`arn:\${Partition}:ssm:\${Region}:${account}:parameter/${name.replace(/^\//, '')}`);
}

/** A secret that a template refers to by its logical id has a name that only the deployment knows. */
function secretArn(name: string, scope: Scope): string {
  if (name.startsWith('arn:')) return name;
  const known = /^[\w/+=.@-]+$/.test(name) ? `${name}-??????` : '*';
  return scope.arn(`arn:\${Partition}:secretsmanager:\${Region}:\${Account}:secret:${known}`);
}

const reading = (action: string, resources: readonly string[]): PolicyStatement[] =>
  resources.length === 0
    ? []
    : [
        {
          Sid: action.startsWith('ssm') ? 'Parameters' : 'Secrets',
          Effect: 'Allow',
          Action: [action],
          Resource: [...new Set(resources)].sort(),
        },
      ];
