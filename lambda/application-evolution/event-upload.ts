import { restHandler } from '../shared/rest';
import { busTeller } from './bus';
import { uploadRoutes } from './contract-routes';
import { tryId, uploaded } from './contracts';
import { logger, metrics } from './runtime';
import { documentShelf } from './stores';
import { takeAndTell } from './taking';

const documents = documentShelf();
const say = busTeller();
const take = takeAndTell({
  documents,
  tell: (document) => say(uploaded.make(document, { id: tryId(document.id, 1) })),
});

/** Stage 5, the upload service: keeps documents and says so, to whoever cares. */
export const handler = restHandler(uploadRoutes({ take, documents }), { logger, metrics });
