/**
 * What Lambda's runtime does, in a process of its own: load the handler once, then run it for one event after another.
 *
 * The clock of this environment may stand wrong, and may be set while it runs.
 */
const [, , file, exported] = process.argv;

let ahead = Number(process.env.CLOCK_AHEAD_MS ?? 0);
const RealDate = Date;
globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + ahead);
    else super(...args);
  }
  static now() {
    return RealDate.now() + ahead;
  }
};

const handler = require(file)[exported];

process.on('message', async ({ id, event, context, remaining, clock }) => {
  ahead = clock;
  const end = performance.now() + remaining;
  try {
    const result = await handler(event, {
      ...context,
      getRemainingTimeInMillis: () => Math.max(0, Math.round(end - performance.now())),
    });
    process.send({ id, result: JSON.stringify(result) });
  } catch (error) {
    process.send({ id, error: { errorType: error.name, errorMessage: error.message, trace: [] } });
  }
});
process.send('ready');
