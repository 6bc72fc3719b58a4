import { Token } from 'aws-cdk-lib';

const most = 4096;

/** What Lambda refuses about the environment variables of a function; what is known only when it is deployed counts for nothing. */
export function environmentFaults(environment: Readonly<Record<string, string>>): string[] {
  const badKeys = Object.keys(environment).filter((key) => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(key));
  const known = Object.entries(environment).filter(([, value]) => !Token.isUnresolved(value));
  // Lambda measures the JSON of all of them, with its quotes and commas.
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(known)));
  return [
    ...badKeys.map(
      (key) =>
        `environment has the key ${key}; start it with a letter and use two or more letters, digits and underscores`,
    ),
    ...(bytes > most
      ? [
          `environment holds ${bytes} bytes as JSON, which Lambda measures; keep it within ${most}, and put larger settings into Parameter Store`,
        ]
      : []),
  ];
}
