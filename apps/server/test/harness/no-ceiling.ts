import type { HostDeps } from '../../src/modules/hosts/index.ts'

/** For tests in which buying is not the subject: nothing is above a ceiling, so nobody is asked. */
export const noCeiling: HostDeps['purchases'] = {
  ceilings: { hostsPerDay: 0, moneyPerDay: 0 },
  seek: async () => Promise.reject(new Error('nobody is asked')),
  use: async () => undefined,
}

/** Nobody else is there to say yes to a deviation. */
export const onePerson: HostDeps['drift'] = { freshHours: 24, spareDays: 30, second: undefined }
