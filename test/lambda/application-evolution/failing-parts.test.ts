import { readdirSync } from 'node:fs';
import { processRoutes } from '../../../lambda/application-evolution/process-routes';
import { hearFailed, hearUploaded } from '../../../lambda/application-evolution/working';
import { listed, newNote, show, summaryOf, upload } from './contract';
import { eventDriven, microservices, monolith, queued, tiered } from './stages';

for (const level of ['log', 'warn'] as const) jest.spyOn(console, level).mockImplementation();

const withoutWords = { name: 'without-words', text: '…' };

describe('one machine', () => {
  test('that is down answers nothing: neither uploads, nor what was uploaded [serverless-stage-monolith]', async () => {
    const stage = await monolith();
    const { body } = await upload(stage, newNote());
    await stage.stop();
    await expect(upload(stage, newNote())).rejects.toThrow('fetch failed');
    await expect(show(stage, body.id)).rejects.toThrow('fetch failed');
  });

  test('does not take what it cannot process, and keeps nothing of it', async () => {
    const stage = await monolith();
    const refused = await upload(stage, withoutWords);
    expect([refused.status, refused.body.detail]).toEqual([422, 'there is no word in the document']);
    expect(await listed(stage)).toEqual([]);
    expect(readdirSync(`${stage.folder}/summaries`)).toEqual([]);
    await stage.stop();
  });
});

describe('two tiers', () => {
  test('with the one behind down, take nothing and keep nothing, and still show what there was [serverless-stage-tiered]', async () => {
    const stage = await tiered();
    const { body } = await upload(stage, newNote());
    await stage.behind.stop();
    const refused = await upload(stage, newNote());
    expect([refused.status, refused.type, refused.body.detail]).toEqual([
      503,
      'application/problem+json',
      'Documents cannot be processed now; nothing was kept.',
    ]);
    expect(await listed(stage)).toEqual([body.id]);
    expect((await summaryOf(stage, body.id)).status).toBe(200);
    await stage.stop();
  });

  test('wait for each other: an upload is answered when its summary is made, and not before [serverless-stage-tiered]', async () => {
    let asked!: () => void;
    let go!: () => void;
    const hasAsked = new Promise<void>((resolve) => (asked = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    const stage = await tiered({
      'POST /summaries': async (...call) => {
        asked();
        await mayGo;
        return processRoutes['POST /summaries'](...call);
      },
    });
    let answered = false;
    const uploading = upload(stage, newNote()).finally(() => (answered = true));
    await hasAsked;
    expect([answered, await listed(stage)]).toEqual([false, []]);
    go();
    expect((await uploading).status).toBe(202);
    await stage.stop();
  });

  test('do not take what the one behind cannot process', async () => {
    const stage = await tiered();
    expect((await upload(stage, withoutWords)).status).toBe(422);
    expect(await listed(stage)).toEqual([]);
    await stage.stop();
  });

  test.each([
    ['answers with an error', { status: 500, body: {} }, 503],
    ['answers what is no summary', { status: 200, body: { words: 'many' } }, 500],
  ])('take nothing when the one behind %s', async (_why, answer, status) => {
    const stage = await tiered({ 'POST /summaries': () => Promise.resolve(answer) });
    expect((await upload(stage, newNote())).status).toBe(status);
    expect(await listed(stage)).toEqual([]);
    await stage.stop();
  });
});

describe('a tier, a queue and workers', () => {
  test('without workers, take documents all the same, and have their summaries when workers come [serverless-stage-queued]', async () => {
    const stage = await queued();
    stage.state.workers = false;
    const taken = await upload(stage, newNote());
    const { id } = taken.body;
    await stage.settled();
    expect([taken.status, (await show(stage, id)).status, (await summaryOf(stage, id)).status]).toEqual([
      202, 200, 404,
    ]);
    expect(stage.jobs.queue.bodies).toEqual([JSON.stringify({ id })]);
    stage.state.workers = true;
    await stage.settled();
    expect([(await summaryOf(stage, id)).status, stage.jobs.queue.bodies]).toEqual([200, []]);
    await stage.stop();
  });

  test('a document that cannot be processed is taken, and lies aside after three tries', async () => {
    const stage = await queued();
    const taken = await upload(stage, withoutWords);
    for (let round = 0; round < 4; round++) {
      await stage.settled();
      stage.jobs.clock.advance(61);
    }
    expect([taken.status, (await summaryOf(stage, taken.body.id)).status]).toEqual([202, 404]);
    expect(stage.jobs.dead.bodies).toEqual([JSON.stringify({ id: taken.body.id })]);
    await stage.stop();
  });

  test('a message that is none of ours, or about a document that is gone, lies aside', async () => {
    const stage = await queued();
    for (const body of ['nonsense', '{}', '{"id":"gone-0123456789ab"}']) stage.jobs.queue.send(body);
    for (let round = 0; round < 4; round++) {
      await stage.settled();
      stage.jobs.clock.advance(61);
    }
    expect(stage.jobs.dead.bodies).toHaveLength(3);
    await stage.stop();
  });
});

describe('three services', () => {
  test('with the one that processes down, take and list documents, which wait for it [serverless-stage-microservices]', async () => {
    const stage = microservices();
    stage.state.processing = false;
    const { body } = await upload(stage, newNote());
    await stage.settled();
    expect(await listed(stage)).toEqual([body.id]);
    expect((await summaryOf(stage, body.id)).status).toBe(404);
    stage.state.processing = true;
    await stage.settled();
    expect((await summaryOf(stage, body.id)).status).toBe(200);
  });

  test('each keeps its own part of a document, and no other', async () => {
    const stage = microservices();
    const note = newNote();
    const { body } = await upload(stage, note);
    await stage.settled();
    expect(stage.documents.kept).toEqual(new Map([[body.id, { id: body.id, ...note }]]));
    expect(stage.catalogue.kept).toEqual(new Map([[body.id, note.name]]));
    expect(stage.summaries.kept).toEqual(new Map([[body.id, { words: 5, lines: 1, commonest: 'the', times: 2 }]]));
  });
});

describe('services and a bus', () => {
  const kinds = ({ said }: ReturnType<typeof eventDriven>) =>
    said.map((event) => [event['detail-type'], (event.detail as { attempt: number }).attempt]);

  test('a document that fails is told, tried once more, told again, and then kept for a person [serverless-stage-event-driven]', async () => {
    const stage = eventDriven();
    const { status, body } = await upload(stage, withoutWords);
    await stage.settled();
    expect([status, (await summaryOf(stage, body.id)).status]).toEqual([202, 404]);
    expect(kinds(stage)).toEqual([
      ['document.uploaded', 1],
      ['upload.failed', 1],
      ['document.uploaded', 2],
      ['upload.failed', 2],
    ]);
    expect(stage.givenUp.map(({ detail }) => detail)).toEqual([
      {
        id: `${body.id}#2`,
        version: 1,
        attempt: 2,
        data: { id: body.id, reason: 'there is no word in the document' },
      },
    ]);
  });

  test('what failed for a moment is mended by the one retry, and nobody is asked [serverless-stage-event-driven]', async () => {
    const stage = eventDriven();
    stage.summaries.trouble = new Error('the store is busy');
    const put = stage.summaries.put.bind(stage.summaries);
    jest.spyOn(stage.summaries, 'put').mockImplementation((id, summary) => {
      const outcome = put(id, summary);
      delete stage.summaries.trouble;
      return outcome;
    });
    const { body } = await upload(stage, newNote());
    await stage.settled();
    expect(kinds(stage)).toEqual([
      ['document.uploaded', 1],
      ['upload.failed', 1],
      ['document.uploaded', 2],
    ]);
    expect([(await summaryOf(stage, body.id)).status, stage.givenUp]).toEqual([200, []]);
    expect(await listed(stage)).toEqual([body.id]);
  });

  test('a failure after the last try is not tried again, whatever a rule lets through [serverless-stage-event-driven]', async () => {
    const stage = eventDriven();
    await upload(stage, withoutWords);
    await stage.settled();
    const [last] = stage.givenUp;
    const tell = jest.fn();
    await expect(hearFailed(last, { documents: stage.documents, tell })).rejects.toThrow(
      /^without-words-[0-9a-f]{12} was tried 2 times; that is all$/,
    );
    expect(tell).not.toHaveBeenCalled();
  });

  test('a failure that cannot be told fails the run, so that Lambda tries again', async () => {
    const stage = eventDriven();
    await upload(stage, withoutWords);
    const tell = () => Promise.reject(new Error('the bus is away'));
    await expect(hearUploaded(stage.said[0], { summaries: stage.summaries, tell })).rejects.toThrow('the bus is away');
  });
});
