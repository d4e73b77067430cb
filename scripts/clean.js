'use strict';
// Empties dist/ so that a file removed from the source does not live on in the package.
require('node:fs').rmSync(require('node:path').join(__dirname, '..', 'dist'), { recursive: true, force: true });
