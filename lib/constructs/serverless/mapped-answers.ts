import type { IntegrationResponse } from 'aws-cdk-lib/aws-apigateway';

/** What the caller gets for one kind of result. */
export interface MappedAnswer {
  /** The status code, 200 to 399. */
  readonly status: number;
  /** A template (VTL) that makes the body from what came back. */
  readonly template: string;
}

/** What the caller gets when something went wrong, by status code. */
export type MappedErrors = Readonly<Record<string, { readonly pattern: string; readonly template: string }>>;

const problem = 'application/problem+json';

/** A problem document (RFC 9457) of a fixed text; `members` may hold template text. */
export const problemText = (status: number, title: string, detail?: string): string =>
  JSON.stringify({ type: 'about:blank', title, status, ...(detail !== undefined && { detail }) });

/** Template text that answers a problem in place of the status and type of the integration response. */
export const problemInstead = (status: number, title: string, detail?: string): string =>
  `#set($context.responseOverride.status = ${status})#set($context.responseOverride.header.Content-Type = "${problem}")${problemText(status, title, detail)}`;

/** Any other error: its own text may hold a stack, a table's name or a host. */
export const badGateway = problemText(502, 'Bad Gateway');

/** The integration response of one status. */
export const answered = (
  statusCode: string,
  template: string,
  selectionPattern?: string,
  type: string = selectionPattern === undefined ? 'application/json' : problem,
): IntegrationResponse => ({
  statusCode,
  responseTemplates: { 'application/json': template },
  responseParameters: { 'method.response.header.Content-Type': `'${type}'` },
  ...(selectionPattern !== undefined && { selectionPattern }),
});

/** The integration responses of a mapped answer, its errors, and `otherwise` for what no pattern matches, as 502. */
export const answersOf = (answer: MappedAnswer, errors: MappedErrors, otherwise: string): IntegrationResponse[] => [
  answered(String(answer.status), answer.template),
  ...Object.entries(errors).map(([status, { pattern, template }]) => answered(status, template, pattern)),
  answered('502', badGateway, otherwise),
];

export const statusesOf = (answer: MappedAnswer, errors: MappedErrors): string[] => [
  ...new Set([String(answer.status), ...Object.keys(errors), '502']),
];

export function answerFaults(answer: MappedAnswer, errors: MappedErrors): (string | false)[] {
  return [
    !(answer.status >= 200 && answer.status < 400) &&
      `answer.status is ${answer.status}; give 200 to 399, and errors for the rest`,
    ...Object.keys(errors).map(
      (status) => !/^[45]\d\d$/.test(status) && `errors has the status ${status}; give one from 400 to 599`,
    ),
  ];
}
