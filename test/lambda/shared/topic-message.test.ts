import { createSign, generateKeyPairSync } from 'node:crypto';
import { received, signedText } from '../../../lambda/shared/topic-message';

const topicArn = 'arn:aws:sns:eu-west-1:111122223333:alerts';
const certificateUrl = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem';
const subscribeUrl = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What was asked of SNS. */
const asked: string[] = [];
const get = async (url: string): Promise<string> => {
  asked.push(url);
  return url === certificateUrl ? publicKey.export({ type: 'spki', format: 'pem' }).toString() : '<ok/>';
};
beforeEach(() => asked.splice(0));

/** A message as SNS posts it, signed by the key its certificate would have; `forged` is changed after that. */
function posted(more: Record<string, string> = {}, forged: Record<string, string> = {}): string {
  const message = {
    Type: 'Notification',
    MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
    TopicArn: topicArn,
    Message: 'Disk is full',
    Timestamp: '2026-11-28T11:00:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: certificateUrl,
    ...more,
  };
  const algorithm = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const Signature = createSign(algorithm).update(signedText(message)).sign(privateKey, 'base64');
  return JSON.stringify({ ...message, Signature, ...forged });
}
const confirmation = { Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL: subscribeUrl };
const taken = (body: string) => received(body, { topicArn, get });

test.each(['1', '2'])(
  'a notice of the topic that SNS signed is taken, by version %s of the signature',
  async (SignatureVersion) => {
    await expect(taken(posted({ SignatureVersion, Subject: 'Alarm' }))).resolves.toEqual({
      is: 'notice',
      id: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
      subject: 'Alarm',
      text: 'Disk is full',
    });
  },
);

test('a subscription of the topic is confirmed once SNS is known to have asked [messaging-topic-subscribers]', async () => {
  await expect(taken(posted(confirmation))).resolves.toEqual({ is: 'confirmed' });
  expect(asked).toEqual([certificateUrl, subscribeUrl]);
  await expect(taken(posted({ ...confirmation, Type: 'UnsubscribeConfirmation' }))).resolves.toEqual({ is: 'ended' });
});

test.each<[string, Record<string, string>, Record<string, string>, string]>([
  [
    'of another topic',
    { TopicArn: 'arn:aws:sns:eu-west-1:999999999999:theirs' },
    {},
    'it is of arn:aws:sns:eu-west-1:999999999999:theirs, and this address listens to',
  ],
  ['whose token was changed', {}, { Token: 'other' }, 'its signature does not fit its text'],
  ['whose address was changed', {}, { SubscribeURL: `${subscribeUrl}2` }, 'its signature does not fit its text'],
  [
    'signed by somebody else',
    { SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.example.net/a.pem' },
    {},
    'which is not SNS',
  ],
  ...['s3.eu-west-1', 's3', 's3-eu-west-1', 's3-accelerate'].map(
    (place): [string, Record<string, string>, Record<string, string>, string] => [
      `with a certificate of a bucket called sns, at ${place}`,
      { SigningCertURL: `https://sns.${place}.amazonaws.com/a.pem` },
      {},
      'which is not SNS',
    ],
  ),
  [
    'with a certificate over plain HTTP',
    { SigningCertURL: certificateUrl.replace('https', 'http') },
    {},
    'which is not SNS',
  ],
  [
    'to be confirmed elsewhere',
    { SubscribeURL: 'https://example.net/' },
    {},
    'it is to be confirmed at https://example.net/, which is not SNS',
  ],
])(
  'a confirmation %s is refused, and nothing is confirmed [messaging-topic-subscribers]',
  async (_, more, forged, reason) => {
    await expect(taken(posted({ ...confirmation, ...more }, forged))).rejects.toThrow(reason);
    expect(asked.filter((url) => url !== certificateUrl)).toEqual([]);
  },
);

test.each(['', 'hello', '{}', JSON.stringify({ Type: 'Notification' })])(
  '"%s" is no message of a topic',
  async (body) => {
    await expect(taken(body)).rejects.toThrow('it is no message of a topic');
  },
);

test('the key is read from a certificate, as SNS has one', async () => {
  const certificate = [
    '-----BEGIN CERTIFICATE-----',
    'MIIDGzCCAgOgAwIBAgIUYGAya6lcM60Ix/uHJhBSghe4OUowDQYJKoZIhvcNAQELBQAwHDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wIBcNMjYxMTI4MTExNTMyWhgPMjEyNjExMDQxMTE1MzJaMBwxGjAYBgNVBAMMEXNucy5hbWF6b25hd3MuY29tMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr9dHDQ6xOdW2KEyuEHzdWy7LSoiHAvKnvEdiRI+XXm5lWtntSGKEs9h+Vv1fu8oWOws4ZMmyjdgC7mn3kMF9gK42yFWrNc6yYRM80KWF6r0uCwOh7BCiqMFno4uo5LH2dV+eZccoY9nwx1HPFGvOlxivUn0L/Y5LSqBl8KkbAUj6WTc4eJEyggNZTLB0DaYGQgDbY9jKsXl70Ln8KX2HaoWUkXntuf8hG6HiLYHXJoEOwmlNVQb8pEt4Ufh9zpguQfUKCCJNw+OY52MPKW5BJPzQmDAUDdUZ8/1zaGwuLa/udB5MjJUNA3kvw0MjH0oTflZyHd1+JHJC8XVEOni2ywIDAQABo1MwUTAdBgNVHQ4EFgQUiwrDE/j8l5fh0YxDQOaT2d2oOsQwHwYDVR0jBBgwFoAUiwrDE/j8l5fh0YxDQOaT2d2oOsQwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAQQKpGN5TbNItg16TipZ/ZUfwkb7ZM9zri+B0l6FGdyKG1L7nKqmxIcJsVyAf0aF4bE21LaQyEYW9OQypVEJxaiT/QxQNHoV3XLh/Otpvmn4lK8gmTBlfFORboTLVVP9DjsAa8bETQAclHC1/jkrkwqKVLT/7EWHFUFRVAn3v6m2urNFF1AePKQBEGusA1JCNhduHUzO96KMNaEJV2JtV4qVfshRYfai/RXnMn8wezPo2FpV1y9fydAjDS0zaYX9eXCHPCispvKNCUf628QGW1trR+ynXzr/19YGEhUAlMpgPr8VdESM41l9yYLZ0Oz/ttViP0rkFr5QtkafgAaqttA==',
    '-----END CERTIFICATE-----',
  ].join('\n');
  const body = posted(
    { Message: 'Hello' },
    {
      Signature:
        'r6Zc9qzDgTDMl8rvTS20cxJyQXB3ZRmVLrv5zwzkYJy+aeQmKD4INwOzmg6MQYDTxrpfIkg6RvvRIk0TGKKewBD+MO5uDxHamA+j/v55ZDjZAdQHTpv0ecplMfBxlR7DCs5/DlD5dD7EVX1HY+X14e6SFw/j+H7HYWHuCmOvHCYLaVnb1c5CPhfKZxSdSyt1aeR62tn+oJUfA7tYDfG3OsLbtnSHGG1KEsudaBZuGMBMc3UQAMVL5hgk/yefpB4S4gh8nrn5o8Jv91Qp+FpCE+EoD29Y4vUK5/bPVSbIXYmGywb/Mjy7UPy1JDcbksLCW1JPH2jSWVyRAC9fOs2ZKQ==',
    },
  );
  await expect(received(body, { topicArn, get: async () => certificate })).resolves.toMatchObject({ text: 'Hello' });
});
