import { HttpIntegration, PassthroughBehavior } from 'aws-cdk-lib/aws-apigateway';
import { escaped, type ApiValue } from './api-value';
import { cached } from './function-target';
import { urlFaults } from './http-target';
import { answered, problemInstead } from './mapped-answers';
import { waitFaults, waitOf, type ApiTargetOptions, type TargetKind } from './target-kind';

export interface SoapTargetOptions extends ApiTargetOptions {
  /** The namespace of the operation, such as `urn:example:tariffs`. */
  readonly namespace: string;
  /** The operation, an element in that namespace, such as `GetTariff`. */
  readonly operation: string;
  /** The elements in it, in the order of the service's description, and what they are in the request. */
  readonly elements: Readonly<Record<string, ApiValue>>;
  /** What the caller gets, member by member: the element of the answer it stands in, as text or as a number. */
  readonly answer: Readonly<Record<string, readonly [element: string, kind: 'text' | 'number']>>;
  /** What the caller is told when the service blames the request, such as `There is no such tariff.` */
  readonly refused: string;
  /**
   * What the caller gets then.
   * @default 400
   */
  readonly refusedStatus?: number;
}

const xmlName = '[A-Za-z_][A-Za-z0-9_.-]*';

/**
 * A service that speaks SOAP 1.1 behind a method that speaks JSON. Templates write the envelope, with what the caller sent as
 * text and never as markup, and take the elements that are asked for out of the answer; the rest of it goes no further. A fault
 * that blames the caller becomes 4xx, any other 502, both without the text of the service.
 */
export const soap = (url: string, options: SoapTargetOptions): TargetKind => {
  const { namespace, operation, elements, answer, refused, refusedStatus = 400 } = options;
  const values = Object.values(elements);
  const fault = faultText(refusedStatus, refused);
  return {
    statuses: [...new Set(['200', String(refusedStatus), '502'])],
    parameters: values.flatMap(({ parameter }) => parameter ?? []),
    faults: ({ endpoint }) => [
      ...urlFaults(url),
      ...values.map((value) => value.fault),
      ...[operation, ...Object.keys(elements), ...Object.values(answer).map(([element]) => element)].map(
        (name) => !new RegExp(`^${xmlName}$`).test(name) && `"${name}" is no name of an element`,
      ),
      ...Object.keys(answer).map(
        (name) => !/^[A-Za-z]\w*$/.test(name) && `answer has "${name}"; use letters, digits and underscores`,
      ),
      !/^[A-Za-z][\w:/.+-]*$/.test(namespace) && `namespace is "${namespace}"; give a URI such as urn:example:tariffs`,
      Object.keys(answer).length === 0 && 'answer is empty, so that the caller would learn nothing; name an element',
      !(refusedStatus >= 400 && refusedStatus <= 499) && `refusedStatus is ${refusedStatus}; give 400 to 499`,
      ...waitFaults(options, endpoint),
    ],
    bind: ({ cacheKey }) =>
      new HttpIntegration(url, {
        proxy: false,
        httpMethod: 'POST',
        options: {
          timeout: waitOf(options),
          passthroughBehavior: PassthroughBehavior.NEVER,
          requestParameters: {
            'integration.request.header.Content-Type': "'text/xml; charset=utf-8'",
            'integration.request.header.SOAPAction': `'"${namespace}#${operation}"'`,
          },
          requestTemplates: { 'application/json': envelope(namespace, operation, elements) },
          integrationResponses: [
            // Some services answer a fault with 200.
            answered('200', `#if($input.body.contains("<faultcode>"))${fault}#{else}${members(answer)}#end`),
            answered('502', fault, '[45]\\d\\d'),
          ],
          ...cached(cacheKey),
        },
      }),
  };
};

/** The first element of a fault in SOAP 1.1 says whose fault it is. */
const faultText = (status: number, refused: string): string =>
  '#set($code = "")#if($input.body.contains("<faultcode>"))#set($code = $input.body.split("<faultcode>")[1].split("<")[0])#end' +
  `#if($code.contains("Client"))${problemInstead(status, 'Request refused', refused)}#{else}${problemInstead(502, 'Bad Gateway')}#end`;

const envelope = (namespace: string, operation: string, elements: Readonly<Record<string, ApiValue>>): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>',
    `<t:${operation} xmlns:t="${namespace}">`,
    ...Object.entries(elements).map(([name, value]) => `<t:${name}>${value.xml}</t:${name}>`),
    `</t:${operation}></soap:Body></soap:Envelope>`,
  ].join('');

/** The members of the answer, each from the text of its element, null where there is none. */
function members(answer: SoapTargetOptions['answer']): string {
  const parts = Object.entries(answer).map(([name, [element, kind]]) => {
    const after = `$input.body.split("<(?:[A-Za-z0-9_.-]+:)?${element}(?:\\s[^>]*)?>")`;
    const text = '$parts[1].split("</")[0].trim()';
    return (
      `"${name}":#set($parts = ${after})#if($parts.size() > 1)#set($value = ${text})` +
      (kind === 'number' ? numeric : textual) +
      '#{else}null#end'
    );
  });
  return `{${parts.join(',')}}`;
}

const numeric = '#if($value.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?"))$value#{else}null#end';
/** The ampersand last, or &amp;lt; would become an angle bracket. */
const textual = `#set($value = $value${[
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&apos;', "'"],
  ['&amp;', '&'],
]
  .map(([found, by]) => `.replaceAll("${found}","${by}")`)
  .join('')}.replaceAll("&quot;",'"'))"${escaped('$value')}"`;
