'use strict';
// Runs after Jest's tests: deletes the copy that install-build.js made.
module.exports = require('./install-build').remove;
