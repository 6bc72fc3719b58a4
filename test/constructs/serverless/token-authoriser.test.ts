import { generateKeyPairSync } from 'node:crypto';
import { Template } from 'aws-cdk-lib/assertions';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import {
  TokenAuthoriser,
  type PublicKey,
  type TokenAuthoriserProps,
} from '../../../lib/constructs/serverless/token-authoriser';
import { testStack } from '../../support/app';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' } as PublicKey;

function made(props: Partial<TokenAuthoriserProps> = {}): Template {
  const stack = testStack();
  new TokenAuthoriser(stack, 'Tokens', {
    issuer: 'https://login.example.com',
    audience: 'orders-api',
    keys: [key],
    alarms: new AlarmTopic(stack, 'Alarms'),
    ...props,
  });
  return Template.fromStack(stack);
}

describe('TokenAuthoriser', () => {
  test('its function knows whom to trust, and may do nothing but log [serverless-authoriser-lambda]', () => {
    const template = made();
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 5,
      Environment: {
        Variables: {
          TOKEN_ISSUER: 'https://login.example.com',
          TOKEN_AUDIENCE: 'orders-api',
          TOKEN_KEYS: JSON.stringify({ keys: [key] }),
        },
      },
    });
    const actions = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.flatMap((one: any) => one.Action),
    );
    expect(actions.every((action: string) => /^(logs|xray):/.test(action))).toBe(true);
  });

  test('fails when it would trust anybody, nobody, or hold a private key, all in one error [serverless-authoriser-lambda]', () => {
    const secret = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' } as PublicKey;
    expect(() => made({ keys: [key, secret], issuer: '', audience: '' })).toThrow(
      [
        'Stack/Tokens:',
        'keys holds the private key k1; give public keys, and withdraw this one',
        'keys has k1 twice; give each its own kid',
        'issuer is empty; give what tokens say in iss',
        'audience is empty; give what tokens say in aud, or tokens for others would do',
      ].join('\n  '),
    );
    expect(() => made({ keys: [] })).toThrow(
      'keys is empty, so that no token would be good; give the public keys of the issuer',
    );
  });
});
