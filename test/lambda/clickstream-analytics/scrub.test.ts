import { aClick, context } from './clicks';
import { handler, lineOf } from '../../../lambda/clickstream-analytics/scrub';

const line = (overrides: Parameters<typeof aClick>[0]) => lineOf(Buffer.from(JSON.stringify(aClick(overrides))));

describe('the scrub', () => {
  test('keeps when, where and from where, and neither query nor the name of the visitor', () => {
    const text = line({ visitor: 'jane-doe', page: '/shop?mail=jane@example.com', from: 'news.example.com' })!;
    expect(text.endsWith('\n')).toBe(true);
    expect(JSON.parse(text)).toEqual({
      at: '2026-11-28T10:15:30.000Z',
      page: '/shop',
      visitor: expect.stringMatching(/^[\w-]{12}$/),
      from: 'news.example.com',
    });
    expect(text).not.toMatch(/jane/);
  });

  test('tells the visitors of a day apart, and does not know one again the next day', () => {
    const visitor = (name: string, at: string) => JSON.parse(line({ visitor: name, at })!).visitor as string;
    expect(visitor('v1', '2026-11-28T01:00:00Z')).toBe(visitor('v1', '2026-11-28T23:00:00Z'));
    expect(visitor('v1', '2026-11-28T01:00:00Z')).not.toBe(visitor('v2', '2026-11-28T01:00:00Z'));
    expect(visitor('v1', '2026-11-28T01:00:00Z')).not.toBe(visitor('v1', '2026-11-29T01:00:00Z'));
  });

  test('leaves out robots, and puts aside what is no click [messaging-delivery-transform]', async () => {
    const data = (text: string) => Buffer.from(text).toString('base64');
    const texts = [JSON.stringify(aClick()), JSON.stringify(aClick({ visitor: 'bot-7' })), 'poison'];
    const records = texts.map((text, i) => ({ recordId: String(i), approximateArrivalTimestamp: 0, data: data(text) }));
    const event = { invocationId: 'run', deliveryStreamArn: 'arn', region: 'eu-west-1', records };
    const answer = await handler(event, context);
    expect(answer.records.map(({ result }) => result)).toEqual(['Ok', 'Dropped', 'ProcessingFailed']);
  });
});
