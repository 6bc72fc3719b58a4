import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { pageOf, type Click } from './click';

const count = z.int().check(z.gte(0));

/** What runs of a window hand on; `{}` to the first. */
export const windowState = z.object({
  /** Clicks by page. */
  pages: z._default(z.record(z.string(), count), () => ({})),
  /** Those among them that were made before the window began: they arrived in it, and count where they arrived. */
  late: z._default(count, 0),
});

export type WindowState = z.output<typeof windowState>;

/** A state may hold a megabyte; pages above this number share a place. */
export const mostPages = 500;
export const others = 'others';

/** The partition of all windows. */
export const boardId = 'board';

export function counted(state: WindowState, click: Click, window: { readonly start: string }): WindowState {
  const { pages, late } = state;
  const own = pageOf(click);
  const page = Object.hasOwn(pages, own) || Object.keys(pages).length < mostPages ? own : others;
  const before = Object.hasOwn(pages, page) ? pages[page] : 0;
  const isLate = Date.parse(click.at) < Date.parse(window.start);
  return { pages: { ...pages, [page]: before + 1 }, late: late + (isLate ? 1 : 0) };
}

/** What is kept of a window. Each shard has an item of its own, as the runs of one know nothing of the others. */
export const boardItem = (
  { pages, late }: WindowState,
  end: string,
  shardId: string,
  expiresAt: number,
): Record<string, AttributeValue> => ({
  id: { S: boardId },
  at: { S: `${end}#${shardId}` },
  pages: { M: Object.fromEntries(Object.entries(pages).map(([page, clicks]) => [page, { N: String(clicks) }])) },
  late: { N: String(late) },
  expiresAt: { N: String(expiresAt) },
});
