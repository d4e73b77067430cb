'use strict';
// Deletes dist/, so that a file that was removed from the source does not stay in the package.
require('node:fs').rmSync(require('node:path').join(__dirname, '..', 'dist'), { recursive: true, force: true });
