import * as z from 'zod/mini';
import { Problem } from '../shared/problem';
import { parsed, type Routes } from '../shared/rest';
import { newDocument } from './document';
import { NothingToSummarise, summarise, type Summary } from './summary';

const work = z.object({ text: newDocument.shape.text });

/** What the tier behind answers the tier in front, which waits. */
export const processRoutes: Routes = {
  'POST /summaries': (request) =>
    Promise.resolve().then(() => {
      const { text } = parsed(work, request.json(), 'body');
      return { status: 200, body: summaryOf(text) };
    }),
};

function summaryOf(text: string): Summary {
  try {
    return summarise(text);
  } catch (error) {
    throw error instanceof NothingToSummarise ? new Problem(422, { detail: error.message }) : error;
  }
}
