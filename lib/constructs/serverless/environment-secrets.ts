/** What a secret looks like: a private key, a password in an address, or the name of an access key. */
const secretShapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/:@]+@/i,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
];
/** CloudFormation puts the value in its place when it deploys, after which it stands in the settings of the function. */
const filledIn = /\{\{resolve:(secretsmanager|ssm-secure):/;

/**
 * The secrets that the environment of a function would tell everybody who may look at its settings, a sentence each. The
 * sentence does not repeat the value.
 *
 * @param environment resolved values by name, as in a template
 * @param hidden the parameters of the template that are not shown (`NoEcho`)
 */
export function secretsInEnvironment(
  environment: Readonly<Record<string, unknown>>,
  hidden: readonly string[] = [],
): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const text = JSON.stringify(value);
    const remedy =
      'everybody who sees the function sees it there; name the secret in secrets, and read it when it is needed';
    if (filledIn.test(text)) return [`environment has ${name}, into which a secret is filled; ${remedy}`];
    if (hidden.some((key) => text.includes(`{"Ref":"${key}"}`)))
      return [`environment has ${name}, which is a parameter that is not to be shown; ${remedy}`];
    if (secretShapes.some((shape) => shape.test(text)))
      return [`environment has ${name}, whose value looks like a secret; ${remedy}`];
    return [];
  });
}
