import { ApiTarget } from '../../constructs/serverless/api-target';
import { ApiValue } from '../../constructs/serverless/api-value';
import { problemText } from '../../constructs/serverless/mapped-answers';

/** The old system's prices in the words of the contract, without what is nobody's business. */
export const priceTarget = (url: string): ApiTarget =>
  ApiTarget.http(url, {
    answer: {
      status: 200,
      template:
        '{"country":$input.json(\'$.land\'),"cents":$input.path(\'$.preis.cent\'),"currency":$input.json(\'$.preis.waehrung\')}',
    },
    errors: { 404: { pattern: '404', template: problemText(404, 'Not Found', 'Nothing goes to this country.') } },
  });

/** The old tariff service, which speaks SOAP. */
export const tariffTarget = (url: string): ApiTarget =>
  ApiTarget.soap(url, {
    namespace: 'urn:example:tariffs',
    operation: 'GetTariff',
    elements: { Code: ApiValue.path('code') },
    answer: { goods: ['Goods', 'text'], percent: ['Percent', 'number'] },
    refused: 'There is no such tariff.',
    refusedStatus: 404,
  });
