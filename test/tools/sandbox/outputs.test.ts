import { atEmulator, variablesOf } from '../../../tools/sandbox/outputs';

const endpoint = 'http://127.0.0.1:5001';

test.each([
  ['https://ab12.execute-api.eu-west-1.amazonaws.com/v1/', 'https://ab12.execute-api.localhost:5001/v1/'],
  ['https://d111.cloudfront.net', 'https://d111.cloudfront.localhost:5001'],
  ['http://web-12.us-east-1.elb.amazonaws.com', 'http://web-12.elb.localhost:5001'],
  ['web-12.elb.us-east-1.amazonaws.com', 'web-12.elb.localhost:5001'],
  ['https://web-Door-1A-127-77-0-12.us-east-1.elb.amazonaws.com/x', 'https://127.77.0.12/x'],
  ['web-127-77-0-12.elb.us-east-1.amazonaws.com:4569', '127.77.0.12:4569'],
  ['https://files-1.s3.amazonaws.com/a', 'https://files-1.s3.localhost:5001/a'],
  ['files-1.s3.eu-west-1.amazonaws.com', 'files-1.s3.localhost:5001'],
  ['https://abc.lambda-url.us-east-1.on.aws/', 'https://abc.lambda-url.localhost:5001/'],
])('%s is %s at an emulator', (name, door) => {
  expect(atEmulator(name, endpoint)).toBe(door);
});

test.each(['arn:aws:sqs:us-east-1:123456789012:jobs', 'https://example.com', 'files-1', ''])('%j stays', (text) => {
  expect(atEmulator(text, endpoint)).toBe(text);
});

test('outputs of all stacks are variables, with the names of AWS at AWS', () => {
  const stacks = [{ Outputs: [{ OutputKey: 'Url', OutputValue: 'https://d1.cloudfront.net' }] }, {}];
  expect(variablesOf(stacks, undefined)).toEqual({ Url: 'https://d1.cloudfront.net' });
  expect(variablesOf(stacks, endpoint)).toEqual({ Url: 'https://d1.cloudfront.localhost:5001' });
});
