'use strict';

/** @type {import('jest').Config} */
module.exports = {
  testMatch: ['<rootDir>/tests/**/*.test.js', '<rootDir>/tests/**/*.test.mjs'],
  // In your own project: setupFilesAfterEnv: ['fuzz-runner/setup']
  // Here the package is not installed, it is the repository around this folder.
  setupFilesAfterEnv: ['<rootDir>/../dist/runner/setup.js'],
  transform: {},
};
