import { Aws } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import {
  fitsPattern,
  isBroad,
  patternFaults,
  type BusEvent,
  type BusPattern,
  type PatternCondition,
} from '../../../lib/constructs/messaging/bus-pattern';

/** A recorded event of EC2. */
const stopped: BusEvent = {
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  account: '111122223333',
  time: '2026-03-11T22:23:21Z',
  region: 'eu-central-1',
  resources: ['arn:aws:ec2:eu-central-1:111122223333:instance/i-1234567890abcdef0'],
  detail: { 'instance-id': 'i-1234567890abcdef0', state: 'stopped' },
};
const withDetail = (detail: object): BusEvent => ({ source: 'shop', 'detail-type': 'order', detail });

describe('an event fits a pattern', () => {
  test.each<[string, BusPattern]>([
    ['when source and state are named [messaging-event-rule]', { source: ['aws.ec2'], detail: { state: ['stopped'] } }],
    ['when one of several values is met', { detail: { state: ['running', 'stopped'] } }],
    ['when one of its resources is met', { resources: [{ suffix: '/i-1234567890abcdef0' }] }],
    ['when one alternative is met', { $or: [{ source: ['aws.s3'] }, { detail: { state: ['stopped'] } }] }],
    ['when it is no replay', { source: ['aws.ec2'], 'replay-name': [{ exists: false }] }],
  ])('%s', (_, pattern) => {
    expect(fitsPattern(pattern, stopped)).toBe(true);
    expect(patternFaults(pattern)).toEqual([]);
  });

  test.each<[string, BusPattern]>([
    ['when the state is another', { source: ['aws.ec2'], detail: { state: ['running'] } }],
    ['when a field is missing', { detail: { colour: ['red'] } }],
    ['when no alternative is met', { $or: [{ source: ['aws.s3'] }, { detail: { state: ['running'] } }] }],
    ['when a value is a part of a text', { detail: { state: ['stop'] } }],
  ])('and not %s', (_, pattern) => expect(fitsPattern(pattern, stopped)).toBe(false));

  test('a name that is known only when it is deployed fits any', () => {
    expect(fitsPattern({ account: [Aws.ACCOUNT_ID], source: ['aws.ec2'] }, stopped)).toBe(true);
    expect(fitsPattern({ account: [Aws.ACCOUNT_ID], source: ['aws.s3'] }, stopped)).toBe(false);
  });

  test('a replayed one does not fit a pattern for what happens now', () => {
    const pattern: BusPattern = { source: ['aws.ec2'], 'replay-name': [{ exists: false }] };
    expect(fitsPattern(pattern, { ...stopped, 'replay-name': 'last-hour' })).toBe(false);
  });

  test.each<[PatternCondition, unknown, unknown]>([
    [{ prefix: 'us-' }, 'us-east-1', 'eu-us-1'],
    [{ prefix: { 'equals-ignore-case': 'us-' } }, 'US-east-1', 'eu-us-1'],
    [{ suffix: '.png' }, 'a.png', 'a.PNG'],
    [{ suffix: { 'equals-ignore-case': '.png' } }, 'a.PNG', 'a.jpg'],
    [{ 'equals-ignore-case': 'alice' }, 'ALICE', 'alic'],
    [{ wildcard: 'a/*/c.*' }, 'a/b/c.txt', 'a/b/d.txt'],
    [{ wildcard: 'a\\*c' }, 'a*c', 'abc'],
    [{ wildcard: '1+1=*' }, '1+1=2', '11=2'],
    [{ 'anything-but': 'x' }, 'y', 'x'],
    [{ 'anything-but': ['x', 'y'] }, 'z', 'y'],
    [{ 'anything-but': [1, 2] }, 3, 2],
    [{ 'anything-but': { prefix: 'us-' } }, 'eu-1', 'us-1'],
    [{ 'anything-but': { prefix: ['us-', 'eu-'] } }, 'ap-1', 'eu-1'],
    [{ 'anything-but': { suffix: '.png' } }, 'a.jpg', 'a.png'],
    [{ 'anything-but': { 'equals-ignore-case': 'x' } }, 'y', 'X'],
    [{ 'anything-but': { wildcard: '*/lib/*' } }, 'a/b', 'a/lib/b'],
    [{ 'anything-but': { prefix: 'us-' } }, 5, 'us-1'],
    [{ numeric: ['=', 3] }, 3, 4],
    [{ numeric: ['>', 0, '<=', 5] }, 5, 0],
    [{ numeric: ['>=', 0] }, 4_999_999_999, 5_000_000_001],
    [{ cidr: '10.0.0.0/24' }, '10.0.0.255', '10.0.1.0'],
    [{ cidr: '2001:db8::/32' }, '2001:db8::1', '10.0.0.1'],
    [{ exists: true }, null, undefined],
    [{ exists: false }, undefined, ''],
    ['', '', ' '],
    [null, null, 0],
    [true, true, 'true'],
  ])('%j holds for %j and not for %j [messaging-event-rule]', (condition, good, bad) => {
    const pattern: BusPattern = { detail: { it: [condition] } };
    const event = (it: unknown) => withDetail(it === undefined ? {} : { it });
    expect([good, bad].map((value) => fitsPattern(pattern, event(value)))).toEqual([true, false]);
    expect(patternFaults(pattern)).toEqual([]);
  });

  test('what is missing is not "anything but"', () => {
    expect(fitsPattern({ detail: { it: [{ 'anything-but': 'x' }] } }, withDetail({}))).toBe(false);
    expect(fitsPattern({ detail: { it: { within: [{ exists: false }] } } }, withDetail({}))).toBe(true);
  });

  test('two conditions on the objects of a list are met by one and the same object', () => {
    const pattern: BusPattern = { detail: { lines: { kind: ['book'], count: [{ numeric: ['>', 5] }] } } };
    const lines = (...all: [string, number][]) => withDetail({ lines: all.map(([kind, count]) => ({ kind, count })) });
    expect(fitsPattern(pattern, lines(['pen', 9], ['book', 6]))).toBe(true);
    expect(fitsPattern(pattern, lines(['pen', 9], ['book', 1]))).toBe(false);
  });

  test('a text fits itself, and its pieces fit around stars', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const quoted = [before, after].map((text) => text.replace(/[\\*]/g, '\\$&'));
        const event = withDetail({ it: before + after });
        expect(fitsPattern({ detail: { it: [before + after] } }, event)).toBe(true);
        expect(fitsPattern({ detail: { it: [{ wildcard: quoted.join('*') }] } }, event)).toBe(true);
        expect(fitsPattern({ detail: { it: [{ prefix: before }] } }, event)).toBe(true);
      }),
    );
  });
});

describe('fails when a pattern', () => {
  test.each<[string, object, string]>([
    ['is empty', {}, 'pattern names no field and would match everything on the bus; name a source at least'],
    [
      'names a field no event has',
      { detailType: ['order'] },
      'pattern names the field detailType, which no event has; events have source, detail-type,',
    ],
    ['lists nothing', { source: [] }, 'pattern source lists no condition and would never match; list one'],
    ['has a value without a list', { source: 'shop' }, 'pattern source is "shop"; write a list, such as ["shop"]'],
    [
      'has an unknown operator',
      { source: [{ contains: 'x' }] },
      'pattern source has the condition {"contains":"x"}; give one operator of prefix, suffix,',
    ],
    ['has one alternative', { $or: [{ source: ['x'] }] }, 'pattern $or needs two or more alternatives'],
    [
      'has two stars in a row',
      { detail: { a: [{ wildcard: 'a**' }] } },
      'pattern detail.a has the wildcard a**; one star stands for any text',
    ],
    [
      'compares with a text',
      { detail: { a: [{ numeric: ['>', '1'] }] } },
      'pattern detail.a compares with [">","1"]; write it as [">=", 1]',
    ],
    [
      'compares with a large number',
      { detail: { a: [{ numeric: ['>', 6e9] }] } },
      'pattern detail.a compares with 6000000000; EventBridge compares numbers from -5000000000',
    ],
    [
      'is too long',
      { source: Array.from({ length: 200 }, (_, i) => `a-long-source-${i}`) },
      'EventBridge takes 2048, so split it into two routes',
    ],
  ])('%s', (_, pattern, text) => expect(patternFaults(pattern as BusPattern).join('\n')).toContain(text));
});

test('a pattern that names only where events come from is broad, and one that names a kind is not', () => {
  expect(isBroad({ source: ['aws.ec2'] })).toBe(true);
  expect(isBroad({ source: ['aws.ec2'], region: ['eu-west-1'] })).toBe(true);
  expect(isBroad({ source: ['aws.ec2'], 'detail-type': ['x'] })).toBe(false);
  expect(isBroad({ $or: [{ source: ['a'] }, { detail: { b: [1] } }] })).toBe(false);
});
