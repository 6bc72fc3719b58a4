import { Refused } from '../../../lambda/shared/batch';
import { announcedObjects, decodedKey } from '../../../lambda/shared/s3-event';

const record = (key: string, more: object = {}) => ({
  eventSource: 'aws:s3',
  eventName: 'ObjectCreated:Put',
  s3: { bucket: { name: 'the-files' }, object: { key, size: 7, ...more } },
});

describe('an event of S3', () => {
  test('has keys as a form would write them, and may tell of several objects [storage-events-destinations]', () => {
    const Records = [record('in/a+b%20c.png'), record('in/%C3%A9%2Bf.txt', { versionId: 'v1' })];
    expect(announcedObjects({ Records })).toEqual([
      { bucket: 'the-files', key: 'in/a b c.png', bytes: 7 },
      { bucket: 'the-files', key: 'in/é+f.txt', bytes: 7, version: 'v1' },
    ]);
  });

  test('tells of nothing where S3 only tries whether it may [storage-events-destinations]', () => {
    expect(announcedObjects({ Service: 'Amazon S3', Event: 's3:TestEvent' })).toEqual([]);
  });

  test.each([
    ['no records', {}, 'not an S3 event of a new object: Records'],
    ['a removal', { Records: [{ ...record('a'), eventName: 'ObjectRemoved:Delete' }] }, 'Records.0.eventName'],
    ['another service', { Records: [{ ...record('a'), eventSource: 'aws:sqs' }] }, 'Records.0.eventSource'],
    ['an empty key', { Records: [record('')] }, 'Records.0.s3.object.key'],
    ['a size below nothing', { Records: [record('a', { size: -1 })] }, 'Records.0.s3.object.size'],
  ])('is refused with %s', (_, event, fault) => {
    expect(() => announcedObjects(event)).toThrow(Refused);
    expect(() => announcedObjects(event)).toThrow(fault);
  });

  test('is refused with a key that is not encoded', () => {
    expect(() => decodedKey('100%')).toThrow('the key 100% is not URL-encoded');
  });
});
