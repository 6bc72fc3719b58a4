import { pageSize } from '../../../lambda/application-evolution/shelf';

export interface Asked {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export interface Told {
  readonly status: number;
  readonly type?: string | null;
  readonly location?: string | null;
  readonly body: any;
}

/** A stage of the application that runs, however it does. */
export interface RunningStage {
  /** Calls a method of the contract, as its API would. */
  ask(route: string, asked?: Asked): Promise<Told>;
  /** Until all work is done that was handed on. */
  settled(): Promise<void>;
}

let serial = 0;
/** A document that no other test uploads. */
export const newNote = (text = 'the cat and the dog\n'): { name: string; text: string } => ({
  name: `note-${(serial += 1)}`,
  text,
});
export const upload = (stage: RunningStage, body: unknown): Promise<Told> => stage.ask('POST /documents', { body });
export const show = (stage: RunningStage, id: string): Promise<Told> =>
  stage.ask('GET /documents/{id}', { path: { id } });
export const summaryOf = (stage: RunningStage, id: string): Promise<Told> =>
  stage.ask('GET /documents/{id}/summary', { path: { id } });
/** All ids there are, page by page. */
export async function listed(stage: RunningStage): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ;) {
    const { body } = await stage.ask('GET /documents', { ...(after !== undefined && { query: { after } }) });
    ids.push(...(body.documents as string[]));
    if (body.next === undefined) return ids;
    after = new URL(body.next as string, 'http://localhost').searchParams.get('after')!;
  }
}

/**
 * What every stage answers, the same to the same requests: one test for all of them.
 */
export function keepsTheContract(stage: () => RunningStage): void {
  test('takes a document in, lists it, and gives it back with its summary', async () => {
    const note = newNote();
    const taken = await upload(stage(), note);
    const { id } = taken.body as { id: string };
    expect(taken).toMatchObject({ status: 202, type: 'application/json', location: `/documents/${id}` });
    expect(taken.body).toEqual({
      id: expect.stringMatching(new RegExp(`^${note.name}-[0-9a-f]{12}$`)),
      name: note.name,
    });
    await stage().settled();
    expect(await show(stage(), id)).toMatchObject({ status: 200, body: { id, ...note } });
    expect(await summaryOf(stage(), id)).toMatchObject({
      status: 200,
      body: { words: 5, lines: 1, commonest: 'the', times: 2 },
    });
    expect(await listed(stage())).toContain(id);
  });

  test('takes the same document twice as one', async () => {
    const note = newNote();
    const [first, second] = [await upload(stage(), note), await upload(stage(), note)];
    expect(second.body).toEqual(first.body);
    await stage().settled();
    expect((await listed(stage())).filter((id) => id === first.body.id)).toEqual([first.body.id]);
  });

  test.each([
    ['without a text', { name: 'refused' }, 'body.text'],
    ['with an empty text', { name: 'refused', text: '' }, 'body.text'],
    ['of a length no message carries', { name: 'refused', text: 'x'.repeat(10_001) }, 'body.text'],
    ['with a name that is a path', { name: '../refused', text: 'a word' }, 'body.name'],
    ['with a member more', { name: 'refused', text: 'a word', admin: true }, 'body'],
  ])('refuses a document %s, with the place of the fault', async (_why, body, where) => {
    const refused = await upload(stage(), body);
    expect([refused.status, refused.type]).toEqual([400, 'application/problem+json']);
    expect(refused.body.faults.map((fault: { where: string }) => fault.where)).toContain(where);
    await stage().settled();
    expect((await listed(stage())).filter((id) => id.includes('refused'))).toEqual([]);
  });

  test.each(['none-0123456789ab', 'x', '../x'])('knows nothing of %s', async (id) => {
    const missing = [await show(stage(), id), await summaryOf(stage(), id)];
    expect(missing.map(({ status, type, body }) => [status, type, body.detail])).toEqual([
      [404, 'application/problem+json', 'There is no such document.'],
      [404, 'application/problem+json', 'There is no summary of this document, or not yet.'],
    ]);
  });

  test('lists a hundred at a time, in the order of the alphabet', async () => {
    for (let i = 0; i <= pageSize; i++) await upload(stage(), newNote(`number ${i}`));
    await stage().settled();
    const first = await stage().ask('GET /documents');
    expect(first.body.documents).toHaveLength(pageSize);
    expect(first.body.next).toBe(`/documents?after=${first.body.documents.at(-1)}`);
    const all = await listed(stage());
    expect(all.length).toBeGreaterThan(pageSize);
    expect(all).toEqual([...new Set(all)].sort());
    const refused = await stage().ask('GET /documents', { query: { after: 'no id' } });
    expect([refused.status, refused.body.faults[0].where]).toEqual([400, 'query.after']);
  });
}
