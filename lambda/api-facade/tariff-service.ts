import XMLBuilder from 'fast-xml-builder';
import { XMLParser } from 'fast-xml-parser';

/** What a SOAP service answers over HTTP. */
export interface SoapAnswer {
  readonly status: 200 | 500;
  readonly body: string;
}

/** Customs tariffs by the code of the goods. */
const tariffs: Readonly<Record<string, { readonly goods: string; readonly percent: number }>> = {
  '0901': { goods: 'Coffee & tea', percent: 7.5 },
  '6403': { goods: 'Footwear, "leather"', percent: 8 },
  '9503': { goods: 'Toys', percent: 0 },
};

const soap = 'http://schemas.xmlsoap.org/soap/envelope/';
const tariff = 'urn:example:tariffs';
const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, ignoreAttributes: true, trimValues: true });
const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: false });

/**
 * The old tariff service: SOAP 1.1, one operation. `GetTariff` with a `Code` answers `Goods` and `Percent`, or a fault that blames
 * the caller. It stands for a service that nobody will write again.
 *
 * @param document the body of the request
 */
export function answerTariff(document: string): SoapAnswer {
  const code = codeIn(document);
  if (code === undefined) return fault('soap:Client', 'the request has no GetTariff with a Code');
  if (code === 'BROKEN') return fault('soap:Server', 'java.lang.NullPointerException at Tariffs.java:118');
  const found = Object.hasOwn(tariffs, code) ? tariffs[code] : undefined;
  if (!found) return fault('soap:Client', `unknown code ${code}`);
  return {
    status: 200,
    body: envelope({
      't:GetTariffResponse': {
        '@_xmlns:t': tariff,
        't:Code': code,
        't:Goods': found.goods,
        't:Percent': String(found.percent),
      },
    }),
  };
}

function codeIn(document: string): string | undefined {
  try {
    const parsed = parser.parse(document, true) as Readonly<Record<string, unknown>>;
    const code = ['Envelope', 'Body', 'GetTariff', 'Code'].reduce<unknown>(
      (of, name) => (of as Readonly<Record<string, unknown>> | undefined)?.[name],
      parsed,
    );
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

const fault = (faultcode: string, faultstring: string): SoapAnswer => ({
  status: 500,
  body: envelope({ 'soap:Fault': { faultcode, faultstring } }),
});

const envelope = (body: object): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${builder.build({
    'soap:Envelope': { '@_xmlns:soap': soap, 'soap:Body': body },
  })}`;
