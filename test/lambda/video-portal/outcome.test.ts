import { outcomeIn } from '../../../lambda/video-portal/outcome';
import { ada, completed, failed } from './portal';

const rules = { bucket: 'the-media', prefix: 'videos/' };
const outcome = (event: unknown) => outcomeIn(JSON.stringify(event), rules);
const about = {
  owner: ada,
  video: 'holiday.mp4',
  sequencer: '00661D2C91B1F39C8100000000000000',
  at: '2026-11-28T10:00:00Z',
  job: '1764324000000-abc123',
};

test('a job that ended well tells what was made, and how long it is', () => {
  expect(outcome(completed())).toEqual({
    ...about,
    ended: {
      state: 'ready',
      seconds: 90.5,
      renditions: [
        { name: '720p', key: 'videos/0a1b2c/video-720p.mp4', width: 1280, height: 720 },
        { name: '480p', key: 'videos/0a1b2c/video-480p.mp4', width: 854, height: 480 },
      ],
    },
  });
});

test('a job that failed tells its owner a number, and nothing of the inside', () => {
  expect(outcome(failed())).toEqual({
    ...about,
    ended: { state: 'failed', reason: "The file could not be made into a video (MediaConvert's error 1030)." },
  });
});

const { detail } = completed();
test.each([
  [
    'another bucket',
    completed({ bucket: 'somebody-elses' }),
    's3://somebody-elses/videos/0a1b2c/video-720p.mp4 is not where this portal keeps its videos',
  ],
  [
    'somebody elses job',
    completed({ userMetadata: {} }),
    'not an event of a job that ended: detail.userMetadata.owner',
  ],
  [
    'a job under way',
    { ...completed(), detail: { ...detail, status: 'PROGRESSING' } },
    'not an event of a job that ended: detail.status',
  ],
  [
    'a job that made nothing',
    { ...completed(), detail: { ...detail, outputGroupDetails: [] } },
    'ended well and made nothing',
  ],
])('the event of %s is refused', (_, event, message) => {
  expect(() => outcome(event)).toThrow(
    expect.objectContaining({ name: 'Refused', message: expect.stringContaining(message) }),
  );
});
