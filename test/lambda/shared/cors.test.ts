import fc from 'fast-check';
import { corsHeaders } from '../../../lambda/shared/cors';

const origins = ['https://shop.example.com', 'https://admin.example.com'];

describe('corsHeaders', () => {
  test('an origin that is listed is named, with credentials when they are allowed [serverless-cors]', () => {
    expect(corsHeaders(origins[1], { origins })).toEqual({ 'Access-Control-Allow-Origin': origins[1], Vary: 'Origin' });
    expect(corsHeaders(origins[1], { origins, credentials: true })).toMatchObject({
      'Access-Control-Allow-Credentials': 'true',
    });
  });

  test('any other origin is never named, however close it comes [serverless-cors]', () => {
    for (const origin of [
      'https://shop.example.com.evil.com',
      'http://shop.example.com',
      'HTTPS://SHOP.EXAMPLE.COM',
      'null',
      undefined,
    ]) {
      expect(corsHeaders(origin, { origins })).toEqual({ Vary: 'Origin' });
    }
    fc.assert(
      fc.property(fc.string(), (origin) => {
        expect(corsHeaders(origin, { origins, credentials: true })).not.toHaveProperty('Access-Control-Allow-Origin');
      }),
    );
  });

  test('with the origin * anybody may read, but never with credentials [serverless-cors]', () => {
    expect(corsHeaders('https://anywhere.example', { origins: ['*'], credentials: true })).toEqual({
      'Access-Control-Allow-Origin': '*',
    });
  });
});
