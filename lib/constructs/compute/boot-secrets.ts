import { SecretValue, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

const secretPatterns: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a reference to Secrets Manager that CloudFormation writes out', pattern: /\{\{resolve:secretsmanager:/ },
  { what: 'a reference to a SecureString that CloudFormation writes out', pattern: /\{\{resolve:ssm-secure:/ },
  { what: 'an access key', pattern: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: 'a private key or certificate', pattern: /-----BEGIN / },
  {
    what: 'a password or secret in the clear',
    // NAME=$(…), NAME="$OTHER" and NAME= hold nothing: they are filled at boot. NAME_ARN=… holds only where to look.
    pattern: /(PASSWORD|PASSWD|SECRET|API_?KEY|ACCESS_KEY)("\s*:|\s*=)\s*(?!["']?[$`]|["']{0,2}\s*$)/i,
  },
];
const instead = 'user data is readable by anyone on the host, so read it at boot with the role of the instance';

/** What one text of a boot program holds that no user data may. */
export function secretsIn(where: string, text: string): string[] {
  const lines = text.split('\n');
  return secretPatterns
    .filter(({ pattern }) => lines.some((line) => pattern.test(line)))
    .map(({ what }) => `${where} holds ${what}; ${instead}`);
}

/** The same of one setting, whose value may be a reference. */
export function secretsInSetting(scope: Construct, name: string, value: string): string[] {
  if (!Token.isUnresolved(value)) return secretsIn(`settings.${name}`, `${name}=${value}`);
  if (Tokenization.reverseString(value).tokens.some((token) => SecretValue.isSecretValue(token))) {
    return [`settings.${name} holds a secret value; ${instead}`];
  }
  return secretsIn(`settings.${name}`, JSON.stringify(Stack.of(scope).resolve(value)));
}
