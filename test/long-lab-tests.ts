/** Real-host tests of several minutes each: `./bin/test --all` runs them, `./bin/test` names them as skipped. */
export const longLabTests: readonly string[] = [
  'apps/server/src/app/install.lab.test.ts',
  'apps/server/src/modules/hosts/host-effects.lab.test.ts',
  'apps/server/src/modules/hosts/host-kernel.lab.test.ts',
  'apps/server/src/modules/hosts/host-survives.lab.test.ts',
  'lab/src/cgroup-v2-machine.lab.test.ts',
  'test/story/order-rebuilt.lab.test.ts',
]
