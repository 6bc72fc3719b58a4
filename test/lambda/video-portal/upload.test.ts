import fc from 'fast-check';
import { sequencerOf, uploadIn } from '../../../lambda/video-portal/upload';
import { ada, uploaded } from './portal';

const rules = { bucket: 'the-uploads', prefix: 'uploads/' };
const upload = (event: unknown) => uploadIn(typeof event === 'string' ? event : JSON.stringify(event), rules);

test('an upload tells whose it is, what it is called and which of two is newer', () => {
  expect(upload(uploaded())).toEqual({
    key: `uploads/${ada}/holiday.mp4`,
    owner: ada,
    video: 'holiday.mp4',
    sequencer: '00661D2C91B1F39C8100000000000000',
    at: '2026-11-28T10:00:00Z',
  });
});

test.each([
  ['holiday.MKV', undefined],
  ['a.webm', undefined],
  ['notes.txt', 'The name does not end with .mp4, .mov, .mkv, .webm.'],
  [
    'day 1.mp4',
    'The name has other characters than letters, digits, points, hyphens and underscores, or more than 100.',
  ],
  ['trips/day1.mp4', 'The name has other characters'],
  [`${'a'.repeat(100)}.mp4`, 'The name has other characters'],
])('of the name %s its owner is told: %s', (name, fault) => {
  const found = upload(uploaded(`uploads/${ada}/${name}`)).fault;
  expect(found === undefined ? undefined : found.slice(0, fault?.length)).toBe(fault);
});

test('of an empty file its owner is told so', () => {
  expect(upload(uploaded(undefined, { size: 0 })).fault).toBe('The file is empty.');
});

test.each([
  ['half a message', '{"half', 'not JSON'],
  ['another event', { ...uploaded(), 'detail-type': 'Object Deleted' }, 'not an event of a new object: detail-type'],
  [
    'another bucket',
    uploaded(undefined, { bucket: 'somebody-elses' }),
    'the object is in somebody-elses, not in the-uploads',
  ],
  [
    'another folder',
    uploaded('elsewhere/holiday.mp4'),
    'the key elsewhere/holiday.mp4 is not uploads/, the id of a person, and a name',
  ],
  ['nobody', uploaded('uploads/holiday.mp4'), 'the key uploads/holiday.mp4 is not'],
  ['nobody known', uploaded('uploads/admin/holiday.mp4'), 'the key uploads/admin/holiday.mp4 is not'],
  ['no name', uploaded(`uploads/${ada}/`), `the key uploads/${ada}/ is not`],
  [
    'no sequencer',
    uploaded(undefined, { sequencer: 'younger' }),
    'not an event of a new object: detail.object.sequencer',
  ],
])('%s is refused, as no person could cause it', (_, event, message) => {
  expect(() => upload(event)).toThrow(
    expect.objectContaining({ name: 'Refused', message: expect.stringContaining(message) }),
  );
});

test('nothing malformed comes through: it is an upload or refused [serverless-untrusted-input]', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      expect(() => uploadIn(body, rules)).toThrow(expect.objectContaining({ name: 'Refused' }));
    }),
  );
});

test('sequencers of different lengths compare as S3 says: as with zeros at their ends', () => {
  expect(sequencerOf('00aa') < sequencerOf('00AA01')).toBe(true);
  expect(sequencerOf('01') > sequencerOf('00ff')).toBe(true);
});
