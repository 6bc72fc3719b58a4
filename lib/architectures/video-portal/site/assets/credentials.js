// A token, swapped for credentials of AWS: two calls that need no signature.

/** Credentials for who holds a token, good for an hour, and the id by which the pool of identities knows them. */
export async function credentialsFor({ region, identityPoolId }, { provider, token }) {
  const call = async (operation, body) => {
    const response = await fetch(`https://cognito-identity.${region}.amazonaws.com/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityService.${operation}`,
      },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`Your sign-in was not taken: ${answer.message ?? response.status}`);
    return answer;
  };
  const Logins = { [provider]: token };
  const { IdentityId } = await call('GetId', { IdentityPoolId: identityPoolId, Logins });
  const { Credentials } = await call('GetCredentialsForIdentity', { IdentityId, Logins });
  return {
    identityId: IdentityId,
    keyId: Credentials.AccessKeyId,
    secret: Credentials.SecretKey,
    session: Credentials.SessionToken,
    expiresAt: Credentials.Expiration * 1000,
  };
}
