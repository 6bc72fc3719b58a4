const { execFileSync } = require('node:child_process');
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Makes the pages as a person does, into a folder of their own, unless GROUNDPLAN_SITE names pages made before. */
module.exports = () => {
  if (process.env.GROUNDPLAN_SITE) return;
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-site-'));
  const root = join(__dirname, '..', '..');
  execFileSync('node', ['--import', 'tsx', 'bin/groundplan.ts', 'site', folder], { cwd: root, stdio: 'inherit' });
  process.env.GROUNDPLAN_SITE = folder;
};
