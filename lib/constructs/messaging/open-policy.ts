import { Stack } from 'aws-cdk-lib';
import { CfnEventBusPolicy } from 'aws-cdk-lib/aws-events';
import { CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Refuses, when the app is synthesised, that a policy of a bus, a topic or a queue lets everyone in, whoever added the statement.
 *
 * @param what lets everyone do that, such as `put events on the bus`
 * @param instead what to do, as the end of a sentence
 */
export function refuseEveryone(resource: IConstruct, what: string, instead: string): void {
  resource.node.addValidation({
    validate: () =>
      resource.node
        .findAll()
        .filter((node) => statementsOf(node).some(letsEveryone))
        .map(({ node }) => `${node.path} lets everyone (Principal *) ${what}; ${instead}`),
  });
}

function statementsOf(node: IConstruct): readonly Statement[] {
  if (node instanceof CfnEventBusPolicy) return [Stack.of(node).resolve(node.statement ?? {}) as Statement];
  if (!(node instanceof CfnTopicPolicy || node instanceof CfnQueuePolicy)) return [];
  const document = Stack.of(node).resolve(node.policyDocument) as { readonly Statement?: Statement | Statement[] };
  return [document.Statement ?? []].flat();
}

/** What of a condition says whose a caller is. Whoever is of none, or of another, is not let in by it. */
const narrowing = /^aws:(PrincipalOrg|PrincipalAccount|PrincipalArn|SourceAccount|SourceArn|SourceOrg)/i;

function letsEveryone({ Effect, Principal, NotPrincipal, Condition = {} }: Statement): boolean {
  const named = [Principal, (Principal as { AWS?: unknown } | undefined)?.AWS].flat();
  const narrowed = Object.entries(Condition).some(
    ([operator, keys]) =>
      !/Not|IfExists|Null/.test(operator) &&
      Object.entries(keys).some(([key, values]) => narrowing.test(key) && ![values].flat().includes('*')),
  );
  return Effect === 'Allow' && (named.includes('*') || NotPrincipal !== undefined) && !narrowed;
}
