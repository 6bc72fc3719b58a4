import { mkdtempSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { listRoutes, summaryRoutes, uploadRoutes } from '../../../lambda/application-evolution/contract-routes';
import { tryId, uploaded } from '../../../lambda/application-evolution/contracts';
import { DiskShelf } from '../../../lambda/application-evolution/disk-shelf';
import type { Document } from '../../../lambda/application-evolution/document';
import { processRoutes } from '../../../lambda/application-evolution/process-routes';
import { askProcessTier } from '../../../lambda/application-evolution/process-tier-client';
import { pageSize, type Listed, type Shelf } from '../../../lambda/application-evolution/shelf';
import { summarise, type Summary } from '../../../lambda/application-evolution/summary';
import { takeAndTell, takeAndWait } from '../../../lambda/application-evolution/taking';
import {
  hearFailed,
  hearUploaded,
  makeSummary,
  manageUpload,
  told,
  workLocation,
} from '../../../lambda/application-evolution/working';
import { document } from '../../../lambda/application-evolution/document';
import { workBatch } from '../../../lambda/shared/batch';
import type { OutgoingEvent } from '../../../lambda/shared/put-events';
import { restHandler, type Routes } from '../../../lambda/shared/rest';
import { serve } from '../../../lambda/shared/server';
import type { BusEvent } from '../../../lib/constructs/messaging/bus-pattern';
import { synthesised } from '../../support/architecture';
import { FakeBus } from '../../support/fake-bus';
import { FakeClock, FakeQueue, poll } from '../../support/fake-queue';
import { context } from '../../support/fresh-handler';
import { request } from '../../support/rest-call';
import type { Asked, RunningStage, Told } from './contract';

const logger = new Logger({ logLevel: 'SILENT' });
const powers = { logger, metrics: new Metrics({ namespace: 'test' }) };

/** A store in memory. */
export class MemoryShelf<Thing> implements Shelf<Thing>, Listed {
  readonly kept = new Map<string, Thing>();
  /** Thrown instead of keeping anything, while it is there. */
  trouble?: Error;

  put(id: string, thing: Thing): Promise<void> {
    if (this.trouble) return Promise.reject(this.trouble);
    this.kept.set(id, thing);
    return Promise.resolve();
  }

  get(id: string): Promise<Thing | undefined> {
    return Promise.resolve(this.kept.get(id));
  }

  list(after: string): Promise<string[]> {
    return Promise.resolve(
      [...this.kept.keys()]
        .filter((id) => id > after)
        .sort()
        .slice(0, pageSize),
    );
  }
}

/** A program that listens, and can be stopped. */
class Running {
  readonly url: string;

  private constructor(private readonly server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(routes: Routes, behindStage: boolean): Promise<Running> {
    const server = serve(routes, { ...powers, behindStage });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return new Running(server);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((ended) => this.server.close(() => ended()));
  }
}

/** As an API asks a server through its link: with the stage in front of the path. */
export async function askServer(
  url: string,
  route: string,
  { path = {}, query = {}, body }: Asked = {},
): Promise<Told> {
  const [method, resource] = route.split(' ');
  const filled = resource.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name]));
  const answer = await fetch(`${url}/live${filled}?${new URLSearchParams(query).toString()}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { headers, status } = answer;
  return { status, type: headers.get('content-type'), location: headers.get('location'), body: await answer.json() };
}

/** As an API runs a function. */
async function askFunction(routes: Routes, route: string, asked: Asked = {}): Promise<Told> {
  const { statusCode, headers, body } = await restHandler(routes, powers)(request(route, asked), context);
  const { 'Content-Type': type, Location: location } = (headers ?? {}) as Record<string, string>;
  return { status: statusCode, type, location, body: JSON.parse(body) };
}

const nothing = (): Promise<void> => Promise.resolve();

export async function monolith() {
  const folder = mkdtempSync(join(tmpdir(), 'monolith-'));
  const documents = new DiskShelf<Document>(join(folder, 'documents'));
  const summaries = new DiskShelf<Summary>(join(folder, 'summaries'));
  const take = takeAndWait({ documents, summaries, summarise });
  const machine = await Running.start(
    { ...uploadRoutes({ take, documents }), ...listRoutes(documents), ...summaryRoutes(summaries) },
    true,
  );
  const stop = () => machine.stop();
  const stage: RunningStage = { ask: (route, asked) => askServer(machine.url, route, asked), settled: nothing };
  return { ...stage, folder, stop };
}

export async function tiered(process: Routes = processRoutes) {
  const documents = new MemoryShelf<Document>();
  const summaries = new MemoryShelf<Summary>();
  const behind = await Running.start(process, false);
  const take = takeAndWait({ documents, summaries, summarise: askProcessTier(behind.url) });
  const front = await Running.start(
    { ...uploadRoutes({ take, documents }), ...listRoutes(documents), ...summaryRoutes(summaries) },
    true,
  );
  const stage: RunningStage = { ask: (route, asked) => askServer(front.url, route, asked), settled: nothing };
  return { ...stage, documents, summaries, behind, stop: () => Promise.all([front.stop(), behind.stop()]) };
}

/** A queue with its dead letters, with the settings of the template. */
function queuePair(name: string) {
  const clock = new FakeClock();
  const dead = new FakeQueue(clock, { name: `${name}-dead`, visibility: 30, retention: 14 * 86_400 });
  const settings = { name, visibility: 60, retention: 4 * 86_400, maxReceiveCount: 3, deadLetters: dead };
  return { clock, dead, queue: new FakeQueue(clock, settings) };
}
const tell =
  ({ queue }: { queue: FakeQueue }, about: (document: Document) => object) =>
  (document: Document): Promise<void> => {
    queue.send(JSON.stringify(about(document)));
    return Promise.resolve();
  };

export async function queued() {
  const documents = new MemoryShelf<Document>();
  const summaries = new MemoryShelf<Summary>();
  const jobs = queuePair('jobs');
  const take = takeAndTell({ documents, tell: tell(jobs, ({ id }) => ({ id })) });
  const front = await Running.start(
    { ...uploadRoutes({ take, documents }), ...listRoutes(documents), ...summaryRoutes(summaries) },
    true,
  );
  const state = { workers: true };
  const work = () =>
    poll(jobs.queue, (event) =>
      workBatch(event, context, logger, ({ body }) => workLocation(body, { documents, summaries })),
    );
  const settled = async () => {
    while (state.workers && (await work()) > 0);
  };
  const stage: RunningStage = { ask: (route, asked) => askServer(front.url, route, asked), settled };
  return { ...stage, documents, summaries, jobs, state, stop: () => front.stop() };
}

/** The functions of each service answer for what is in its own store. */
function desks(take: (document: Document) => Promise<void>, stores: Stores): RunningStage['ask'] {
  const { documents, summaries, catalogue } = stores;
  const services = [uploadRoutes({ take, documents }), listRoutes(catalogue), summaryRoutes(summaries)];
  return (route, asked) =>
    askFunction(
      services.find((routes) => route in routes)!,
      route,
      asked,
    );
}

class Stores {
  readonly documents = new MemoryShelf<Document>();
  readonly summaries = new MemoryShelf<Summary>();
  readonly catalogue = new MemoryShelf<string>();
  readonly add = ({ id, name }: Document): Promise<void> => this.catalogue.put(id, name);
}

export function microservices() {
  const stores = new Stores();
  const uploads = queuePair('uploads');
  const jobs = queuePair('jobs');
  const same = (known: Document) => known;
  const ask = desks(takeAndTell({ documents: stores.documents, tell: tell(uploads, same) }), stores);
  const management = { catalogue: stores, tell: tell(jobs, same) };
  const state = { processing: true };
  const manage = () =>
    poll(uploads.queue, (event) => workBatch(event, context, logger, ({ body }) => manageUpload(body, management)));
  const process = () =>
    poll(jobs.queue, (event) =>
      workBatch(event, context, logger, ({ body }) => makeSummary(told(document, body), stores.summaries)),
    );
  const settled = async () => {
    while ((await manage()) > 0);
    while (state.processing && (await process()) > 0);
  };
  return { ask, settled, ...stores, jobs, state };
}

const template = synthesised('application-evolution')['application-evolution'];
/** The logical id of something of the template. */
const idOf = (type: string, id: RegExp): string =>
  Object.entries(template.Resources).find(([key, { Type }]) => Type === type && id.test(key))![0];

/** The bus has the routes of the template; what they lead to runs at once. */
export function eventDriven() {
  const stores = new Stores();
  const bus = new FakeBus(template);
  const hub = idOf('AWS::Events::EventBus', /Hub/);
  const said: BusEvent[] = [];
  const runs: Promise<unknown>[] = [];
  const givenUp: BusEvent[] = [];
  const listeners: Readonly<Record<string, (event: BusEvent) => Promise<unknown>>> = {
    [idOf('AWS::Lambda::Function', /ManageWorker/)]: (event) => stores.add(uploaded.read(event).data),
    [idOf('AWS::Lambda::Function', /ProcessWorker/)]: (event) =>
      hearUploaded(event, { summaries: stores.summaries, tell: say }),
    [idOf('AWS::Lambda::Function', /Retry/)]: (event) => hearFailed(event, { documents: stores.documents, tell: say }),
    [idOf('AWS::SQS::Queue', /GivenUp/)]: (event) => Promise.resolve(givenUp.push(event)),
  };
  const say = ({ source, detailType, detail }: OutgoingEvent): Promise<void> => {
    const event: BusEvent = { source, 'detail-type': detailType, detail: detail };
    said.push(event);
    for (const { target } of bus.deliveries(hub, event)) runs.push(listeners[target](event));
    return Promise.resolve();
  };
  const take = takeAndTell({
    documents: stores.documents,
    tell: (known) => say(uploaded.make(known, { id: tryId(known.id, 1) })),
  });
  const settled = async () => {
    while (runs.length > 0) await Promise.all(runs.splice(0));
  };
  return { ask: desks(take, stores), settled, ...stores, said, givenUp };
}
