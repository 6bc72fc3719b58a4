import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3ControlClient } from '@aws-sdk/client-s3-control';
import { storageClassFacts } from '../../lib/constructs/storage/storage-classes';
import { textTable } from '../table';
import { written } from './address';
import { copyExisting, copyingJob } from './copy-existing';
import { getEncrypted, putEncrypted } from './encrypted';
import { deleteVersion, legalHold, mfaDelete } from './locks';
import { readLines, readObject, readRange } from './read';
import { changeClass, restore } from './state';
import { file, upload } from './upload';
import { purge, undelete, versionsOf, type Version } from './versions';
import { understood, usage, type Order } from './words';

/** Who is asked. */
export interface Clients {
  readonly s3: () => S3Client;
  readonly kms: () => KMSClient;
  readonly jobs: () => Promise<S3ControlClient>;
  /** Where the bytes of an object go. */
  readonly out: (content: Uint8Array) => void;
}

const usual: Clients = {
  s3: () => new S3Client({}),
  kms: () => new KMSClient({}),
  jobs: async () => new (await import('@aws-sdk/client-s3-control')).S3ControlClient({}),
  out: (content) => process.stdout.write(content),
};

/** What was found and done: for a reader, and for a program. */
interface Outcome {
  readonly words: string;
  readonly facts: object;
  readonly failed?: boolean;
}

/**
 * What CloudFormation cannot say of objects: uploads in parts, ranges, classes, restores, versions, locks, and keys of one's own.
 *
 * @returns 0, 1 where it could not be done, or 2 where the words cannot be understood
 */
export async function run(args: readonly string[], clients: Partial<Clients> = {}): Promise<number> {
  const asked = { ...usual, ...clients };
  let order: Order;
  try {
    order = understood(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const outcome = await carriedOut(asked, order);
    if (outcome === undefined) return 0;
    console.log(order.flags.json ? JSON.stringify(outcome.facts, undefined, 2) : outcome.words);
    return outcome.failed ? 1 : 0;
  } catch (error) {
    const { name, message } = error as Error;
    console.error(name === 'Error' ? message : `${name}: ${message}`);
    return 1;
  }
}

const unchanged = 'Nothing was changed; add --apply to do it.';

async function carriedOut(clients: Clients, order: Order): Promise<Outcome | undefined> {
  const { does, address, flags } = order;
  const s3 = clients.s3();
  const where = written(address);
  const last = flags.apply ? 'Done.' : unchanged;
  switch (does) {
    case 'upload':
      return put(s3, clients, order);
    case 'read':
      clients.out(await content(s3, clients, order));
      return undefined;
    case 'versions': {
      const versions = await versionsOf(s3, address);
      return { facts: versions, words: versions.length === 0 ? `There is nothing at ${where}.` : listed(versions) };
    }
    case 'class': {
      const change = await changeClass(s3, address, order.storageClass!, flags.apply);
      const [from, to] = [storageClassFacts[change.from].title, storageClassFacts[change.to].title];
      return { facts: change, words: `${where}: from ${from} to ${to}. ${last}` };
    }
    case 'restore': {
      const asked = await restore(s3, address, order, flags.apply);
      const [least, most] = asked.minutes;
      const words = `${where}: readable for ${asked.days} days, ${least === 0 ? 'within' : `${span(least)} to`} ${span(most)} from now. ${last}`;
      return { facts: asked, words };
    }
    case 'undelete': {
      const undeleted = await undelete(s3, address, flags.apply);
      const back = undeleted.readsAgain
        ? `version ${undeleted.readsAgain.version} of ${undeleted.readsAgain.since} is read again`
        : 'another marker lies below, so that it stays hidden';
      return { facts: undeleted, words: `${where}: without the marker ${undeleted.marker}, ${back}. ${last}` };
    }
    case 'purge': {
      const purged = await purge(s3, address, { confirmed: order.confirmed, asOfficer: flags.asOfficer });
      return {
        facts: purged,
        failed: purged.failed.length > 0,
        words: purged.done
          ? [
              `${where}: ${purged.versions.length - purged.failed.length} versions are gone for good.`,
              ...purged.failed.map(({ key, version, why }) => `  not ${key}, version ${version}: ${why}`),
            ].join('\n')
          : `${listed(purged.versions)}\n\nNothing was deleted; add --confirm s3://${address.bucket}/${address.key} to delete it for good.`,
      };
    }
    case 'delete':
      if (flags.apply) await deleteVersion(s3, address, flags.asOfficer);
      return { facts: { done: flags.apply }, words: `${where} goes for good. ${last}` };
    case 'hold':
    case 'release': {
      const state = does === 'hold' ? 'ON' : 'OFF';
      if (flags.apply) await legalHold(s3, address, state);
      return { facts: { hold: state, done: flags.apply }, words: `${where}: legal hold ${state}. ${last}` };
    }
    case 'copy-existing':
      return copied(clients, order);
    default: {
      const state = flags.off ? 'Disabled' : 'Enabled';
      await mfaDelete(s3, address.bucket, order.factor, state, flags.apply);
      return {
        facts: { mfaDelete: state, done: flags.apply },
        words: `${address.bucket}: MFA Delete ${state}. ${last}`,
      };
    }
  }
}

async function put(s3: S3Client, clients: Clients, order: Order): Promise<Outcome> {
  const { address, kms, context, storageClass, retain, flags } = order;
  const source = await file(order.file!);
  const about = {
    ...(storageClass !== undefined && { storageClass }),
    ...(retain && { retain }),
    ...(flags.single && { single: true }),
  };
  try {
    const done =
      kms === undefined
        ? await upload(s3, address, source, about)
        : await putEncrypted(s3, clients.kms(), address, await source.read(0, source.size), {
            ...about,
            keyId: kms,
            context,
          });
    const version = done.version === undefined ? '' : `, version ${done.version}`;
    return { facts: done, words: `${written(address)}: ${source.size} bytes in ${done.parts} parts${version}.` };
  } finally {
    await source.close?.();
  }
}

/** Has a job copy what was there before a rule. */
async function copied(clients: Clients, { address, role, report, flags }: Order): Promise<Outcome> {
  if (!report)
    throw new Error('--report is missing; name where S3 writes down what it could not copy: s3://bucket/folder');
  const job = { bucket: address.bucket, roleArn: role, report, token: randomUUID() };
  const request = copyingJob(job);
  const id = flags.apply ? await copyExisting(await clients.jobs(), job) : undefined;
  const last = id === undefined ? unchanged : `Job ${id} does it; its report comes to ${written(report)}.`;
  return {
    facts: { request, ...(id !== undefined && { job: id }) },
    words: `${address.bucket}: whatever its rules select and was not copied is copied. ${last}`,
  };
}

async function content(
  s3: S3Client,
  clients: Clients,
  { address, flags, bytes, lines, context }: Order,
): Promise<Uint8Array> {
  if (flags.decrypt) return getEncrypted(s3, clients.kms(), address, context);
  if (lines) return Buffer.from((await readLines(s3, address, ...lines)).map((line) => `${line}\n`).join(''));
  return (bytes ? await readRange(s3, address, ...bytes) : await readObject(s3, address)).content;
}

const listed = (versions: readonly Version[]): string =>
  textTable([
    ['key', 'version', 'since', 'bytes', 'what'],
    ...versions.map(({ key, version, since, bytes, marker, newest, storageClass }) => [
      key,
      version,
      since,
      bytes,
      `${marker ? 'delete marker' : storageClass}${newest ? ', newest' : ''}`,
    ]),
  ]);

const span = (minutes: number): string => (minutes < 60 ? `${minutes} minutes` : `${minutes / 60} hours`);
