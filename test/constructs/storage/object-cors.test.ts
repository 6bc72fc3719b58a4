import { Duration } from 'aws-cdk-lib';
import { ObjectCors, type CorsMethod } from '../../../lib/constructs/storage/object-cors';
import { refusal, synthesise } from './parts';

const shop = 'https://shop.example.com';
const reading: readonly CorsMethod[] = ['GET'];

describe('ObjectCors', () => {
  test('the rule stands on the bucket that pages fetch from, and on no other [storage-cors-bucket]', () => {
    const cors = ObjectCors.from({
      origins: [shop],
      methods: ['GET'],
      headers: ['if-match'],
      exposedHeaders: ['etag'],
      maxAge: Duration.seconds(3000),
    });
    const { template } = synthesise({ cors });
    const configured = Object.values(template.findResources('AWS::S3::Bucket')).map(
      ({ Properties }) => Properties.CorsConfiguration,
    );
    expect(configured.filter(Boolean)).toEqual([
      {
        CorsRules: [
          {
            AllowedOrigins: [shop],
            AllowedMethods: ['GET'],
            AllowedHeaders: ['if-match'],
            ExposedHeaders: ['etag'],
            MaxAge: 3000,
          },
        ],
      },
    ]);
    expect(synthesise().properties.CorsConfiguration).toBeUndefined();
  });

  test('pages of any origin may read where a reason says so [storage-cors-guard]', () => {
    const cors = ObjectCors.anyOrigin('Fonts are public and any page may use them', { methods: ['GET', 'HEAD'] });
    expect(synthesise({ cors }).properties.CorsConfiguration.CorsRules).toEqual([
      { AllowedOrigins: ['*'], AllowedMethods: ['GET', 'HEAD'] },
    ]);
  });

  test.each<[string, ObjectCors, string]>([
    [
      'any origin without a reason',
      ObjectCors.from({ origins: ['*'], methods: reading }),
      'cors has the origin *; name the origins, or say in ObjectCors.anyOrigin(...) why any page may read',
    ],
    [
      'any origin for a poor reason',
      ObjectCors.anyOrigin('it works', { methods: reading }),
      'cors is open to any origin because of "it works"; say in a sentence why, or name the origins',
    ],
    [
      'any origin that writes, with whatever reason',
      ObjectCors.anyOrigin('Any page may upload here', { methods: ['GET', 'PUT', 'POST', 'DELETE'] }),
      'cors lets pages of any origin PUT, POST, DELETE; name the origins that may, such as https://shop.example.com',
    ],
    [
      'two wildcards',
      ObjectCors.from({ origins: ['https://*.*.example.com'], methods: reading }),
      'cors has the origin https://*.*.example.com; S3 takes one * in an origin, such as https://*.example.com',
    ],
    ...[
      'https://shop.example.com/',
      'https://shop.example.com/cart',
      'shop.example.com',
      'https://Shop.example.com',
    ].map((origin): [string, ObjectCors, string] => [
      `the origin ${origin}`,
      ObjectCors.from({ origins: [origin], methods: reading }),
      `cors has the origin ${origin}; give scheme and host in small letters alone, such as https://shop.example.com`,
    ]),
    [
      '101 rules',
      ObjectCors.from(...Array.from({ length: 101 }, () => ({ origins: [shop], methods: reading }))),
      'cors has 101 rules; S3 takes 100',
    ],
    ['no rules', ObjectCors.from(), 'cors has no rules; give one, or leave cors out'],
    [
      'a rule for nobody',
      ObjectCors.from({ origins: [], methods: reading }),
      'cors has a rule without origins; name them, or leave the rule out',
    ],
    [
      'a rule for nothing',
      ObjectCors.from({ origins: [shop], methods: [] }),
      'cors has a rule without methods; name them, or leave the rule out',
    ],
    [
      'two wildcards in a header',
      ObjectCors.from({ origins: [shop], methods: reading, headers: ['x-*-*'] }),
      'cors allows the header x-*-*; S3 takes one * in a name',
    ],
    [
      'two days',
      ObjectCors.from({ origins: [shop], methods: reading, maxAge: Duration.days(2) }),
      'cors has a maxAge of 172800 seconds; give 0 to 86400, more than which no browser remembers',
    ],
  ])('fails with %s [storage-cors-guard]', (_, cors, fault) => {
    expect(refusal({ cors })).toThrow(`Stack/Files:\n  ${fault}`);
  });

  test('takes a hundred rules, one wildcard, a port, and an origin that is known later [storage-cors-guard]', () => {
    const rules = Array.from({ length: 100 }, () => ({ origins: [shop], methods: reading }));
    expect(ObjectCors.from(...rules).faults()).toEqual([]);
    const origins = ['https://*.example.com', 'http://localhost:5173', 'https://${Token[TOKEN.7]}'];
    expect(ObjectCors.from({ origins, methods: ['PUT'] }).faults()).toEqual([]);
  });
});
