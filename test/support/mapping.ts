import type { Template } from 'aws-cdk-lib/assertions';
import { render, type Mapped, type MappingInput } from '../../tools/mapping-template/render';

/** The integration of the only method of this verb and the path's last part, such as `GET things`. */
export function integrationOf(template: Template, verb: string): Record<string, any> {
  const found = Object.values(template.findResources('AWS::ApiGateway::Method', { Properties: { HttpMethod: verb } }));
  if (found.length !== 1) throw new Error(`${found.length} methods are ${verb}`);
  return found[0].Properties;
}

/** What API Gateway would send to the back end. Intrinsic functions in the template stand as `<Id>`. */
export const requestOf = (method: Record<string, any>, input: Partial<MappingInput>): string =>
  rendered(method.Integration.RequestTemplates['application/json'], input).text;

/** What API Gateway would answer when the back end answers so. */
export function answerOf(
  method: Record<string, any>,
  status: number,
  body: string,
): Mapped & { readonly type: string } {
  const responses: Record<string, any>[] = method.Integration.IntegrationResponses;
  const chosen =
    responses.find(({ SelectionPattern: pattern }) => pattern && new RegExp(`^(?:${pattern})$`).test(String(status))) ??
    responses.find(({ SelectionPattern: pattern }) => !pattern)!;
  const made = rendered(chosen.ResponseTemplates['application/json'], { body });
  const type = (chosen.ResponseParameters['method.response.header.Content-Type'] as string).slice(1, -1);
  return { ...made, status: made.status ?? Number(chosen.StatusCode), type: made.headers['Content-Type'] ?? type };
}

const rendered = (template: unknown, input: Partial<MappingInput>): Mapped =>
  render(textOf(template), { body: '', ...input });

/** A template as text, references in it by their ids. */
function textOf(value: any): string {
  if (typeof value === 'string') return value;
  if (value['Fn::Join']) return (value['Fn::Join'][1] as unknown[]).map(textOf).join(value['Fn::Join'][0] as string);
  return `<${value.Ref ?? value['Fn::GetAtt'].join('.')}>`;
}
