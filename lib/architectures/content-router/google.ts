import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { OidcSignIn } from '../../constructs/compute/rule-action';
import type { Settings } from '../../settings';

/** The name of the secret in which whoever deploys has put what Google gave them for the client. */
export const googleSecret = 'content-router/google';

/**
 * Accounts of Google, where there is a client for them, and a name and a certificate for Google to send people back to. A sign-in
 * in plain HTTP could be taken by anybody on the way.
 */
export function googleSignIn(scope: Construct, settings: Settings): OidcSignIn | undefined {
  const { googleClientId, domainName, certificateArn } = settings;
  if (googleClientId === undefined || domainName === undefined || certificateArn === undefined) return undefined;
  return {
    issuer: 'https://accounts.google.com',
    authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenEndpoint: 'https://oauth2.googleapis.com/token',
    userInfoEndpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
    clientId: googleClientId,
    clientSecret: Secret.fromSecretNameV2(scope, 'Google', googleSecret),
  };
}
