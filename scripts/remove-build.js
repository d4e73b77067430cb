'use strict';
// After Jest's tests.
module.exports = require('./install-build').remove;
