/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/__tests__/fixtures/', '<rootDir>/dist/', '<rootDir>/tmp/'],
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/__tests__/fixtures/',
    '<rootDir>/tmp/',
    '<rootDir>/examples/',
    '<rootDir>/bench/',
  ],
  globalSetup: '<rootDir>/scripts/install-build.js',
  globalTeardown: '<rootDir>/scripts/remove-build.js',
  transform: {
    '\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
      },
    ],
  },
};

export default config;
