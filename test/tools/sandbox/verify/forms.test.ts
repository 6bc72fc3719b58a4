import { prepare } from '../../../../tools/sandbox/assembly';
import { bootstrap, deployPrepared } from '../../../../tools/sandbox/deploy';
import { destroyPrepared } from '../../../../tools/sandbox/destroy';
import { identityAt, type Place } from '../../../../tools/sandbox/place';
import { census } from '../../../../tools/sandbox/verify/emulator-says';
import { takeForms } from '../../../../tools/sandbox/verify/forms';
import { incomplete, leftOf } from '../../../../tools/sandbox/verify/there';

jest.mock('../../../../tools/sandbox/assembly');
jest.mock('../../../../tools/sandbox/deploy');
jest.mock('../../../../tools/sandbox/destroy');
jest.mock('../../../../tools/sandbox/place');
jest.mock('../../../../tools/sandbox/verify/emulator-says');
jest.mock('../../../../tools/sandbox/verify/there');

const place: Place = { kind: 'emulator', description: 'here', endpoint: 'http://127.0.0.1:1', environment: {} };
const regions: Record<string, string | undefined> = { near: undefined, wide: undefined, far: 'us-east-1' };
const said: string[] = [];
const take = (...variants: string[]) => takeForms('shop', variants, place, (line) => said.push(line));

beforeEach(() => {
  jest.resetAllMocks();
  said.length = 0;
  jest.mocked(identityAt).mockResolvedValue({ account: '123456789012', arn: 'arn:aws:iam::123456789012:root' });
  jest.mocked(prepare).mockImplementation((name, { variant = [] }, directory) => {
    const region = regions[variant[0]];
    const template = { Resources: { A: { Type: 'AWS::SNS::Topic' }, B: { Type: 'AWS::SQS::Queue' } } };
    return { name, directory, stacks: [{ name, template, ...(region !== undefined && { region }) }] };
  });
  jest.mocked(bootstrap).mockResolvedValue();
  jest.mocked(census).mockResolvedValue(['s3 list_buckets assets']);
  jest.mocked(deployPrepared).mockResolvedValue(0);
  jest.mocked(incomplete).mockResolvedValue([]);
  jest.mocked(destroyPrepared).mockResolvedValue([]);
  jest.mocked(leftOf).mockResolvedValue({ kept: [], behind: [] });
});

const phases = (): string[] => said.map((line) => line.replace(/ \(\d+ s\)$/, ''));

test('each variant is an update of the one before, and the last is taken away', async () => {
  expect(await take('near', 'wide')).toMatchObject({ variants: ['near', 'wide'], kept: 0 });
  expect(phases()).toEqual(['shop: deployed as near', 'shop: deployed as wide', 'shop: destroyed']);
});

test('what stands in another Region is no update, so that the one before is taken away first', async () => {
  await take('near', 'far');
  expect(phases()).toEqual(['shop: deployed as near', 'shop: destroyed', 'shop: deployed as far', 'shop: destroyed']);
});

test('what a template retains is counted and no fault', async () => {
  jest.mocked(leftOf).mockResolvedValue({ kept: ['AWS::EC2::NetworkInterface eni-1'], behind: [] });
  expect(await take('near')).toEqual(expect.objectContaining({ kept: 1 }));
});

test.each([
  ['it was not deployed', () => jest.mocked(deployPrepared).mockResolvedValue(1)],
  ['Topic has no physical id', () => jest.mocked(incomplete).mockResolvedValue(['Topic has no physical id'])],
  ['shop is DELETE_FAILED', () => jest.mocked(destroyPrepared).mockResolvedValue(['shop is DELETE_FAILED'])],
  ['left behind: sqs q', () => jest.mocked(leftOf).mockResolvedValue({ kept: [], behind: ['sqs q'] })],
  ['no answer', () => jest.mocked(census).mockRejectedValue(new Error('no answer'))],
])('it ends with the fault where %s', async (fault, fails) => {
  fails();
  expect((await take('near')).fault).toContain(fault);
});
