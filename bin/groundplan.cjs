#!/usr/bin/env node
// The repository runs its sources, which know the architectures; the npm package holds what was built of them for templates.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

if (existsSync(join(__dirname, 'groundplan.ts'))) {
  require('tsx/cjs');
  require('./groundplan.ts');
} else require('../dist/bin/groundplan.js');
