const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

/** Prints what became of all messages, before jest's own summary. */
module.exports = class FiguresReporter {
  onRunComplete(_contexts, { numFailedTests, numFailedTestSuites }) {
    const folder = resolve('.cache', 'wire');
    if (!existsSync(folder)) return;
    const rows = readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
    const { printed, write } = require('tsx/cjs/api').require('./faults-page.ts', __filename);
    if (rows.length > 0) process.stderr.write(`\n${printed(rows)}\n\n`);
    if (process.env.WIRE_WRITE === 'true' && numFailedTests + numFailedTestSuites === 0) write(rows);
  }
};
