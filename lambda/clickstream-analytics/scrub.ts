import { createHash } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import { transformRecords } from '../shared/transform';
import { clickIn, pageOf } from './click';

const logger = new Logger();

/**
 * Makes of each click the line that is kept: without the visitor's name, without what stands behind the `?` of a page, and none of
 * what robots do, who say that they are.
 *
 * @claims messaging-delivery-transform
 */
export function handler(event: FirehoseTransformationEvent, context: Context): Promise<FirehoseTransformationResult> {
  logger.addContext(context);
  return Promise.resolve(transformRecords(event, logger, lineOf));
}

export function lineOf(data: Uint8Array): string | undefined {
  const click = clickIn(data);
  if (click.visitor.startsWith('bot-')) return undefined;
  const { at, from } = click;
  const line = { at, page: pageOf(click), visitor: ofTheDay(click.visitor, at), ...(from !== undefined && { from }) };
  return `${JSON.stringify(line)}\n`;
}

/** Tells the visitors of a day apart, and does not know them again the next day. */
const ofTheDay = (visitor: string, at: string): string =>
  createHash('sha256')
    .update(`${at.slice(0, 10)} ${visitor}`)
    .digest('base64url')
    .slice(0, 12);
