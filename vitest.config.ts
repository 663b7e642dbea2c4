import { defineConfig } from 'vitest/config'
import { longLabTests } from './test/long-lab-tests.ts'

const shared = {
  environment: 'node' as const,
  exclude: ['**/node_modules/**', '**/dist/**'],
  // What is awaited comes at once on a quiet machine; the second that vitest gives is too short on a busy one.
  expect: { poll: { timeout: 9_000 } },
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['{apps,packages,lab,test,bench}/**/*.test.ts'],
          exclude: [...shared.exclude, '**/*.db.test.ts', '**/*.lab.test.ts', '**/*.faults.test.ts'],
          testTimeout: 10_000,
          isolate: false,
          maxWorkers: '100%',
        },
      },
      {
        test: {
          ...shared,
          name: 'db',
          include: ['{apps,packages,test}/**/*.db.test.ts'],
          globalSetup: ['apps/server/test/harness/postgres-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'faults',
          include: ['test/faults/*.faults.test.ts'],
          globalSetup: ['apps/server/test/harness/postgres-setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'lab',
          include: ['{apps,lab,test}/**/*.lab.test.ts'],
          exclude: [...shared.exclude, ...(process.env['NEXUS_TEST_ALL'] === '1' ? [] : longLabTests)],
          globalSetup: ['test/lab-setup.ts'],
          env: { NEXUS_LAB_HOME: '/var/lib/nexus-lab-tests' },
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
