import { NexusError, toFailure } from './errors.ts'

/**
 * Class 08 and 57P: no connection; 25P03: ended, for it was left in a transaction; 53: no room, no memory, no connection left;
 * 58030: its disk fails (PostgreSQL, appendix A).
 */
const awayCodes = /^(08\w{3}|25P03|57P0[1-5]|53\w{3}|58030|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT)$/
const awayMessages =
  /^(connect ENOENT|timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client (has encountered a connection error|was closed))/

export const looksAway = (thrown: unknown): boolean => {
  const found = (thrown ?? {}) as { code?: unknown; message?: unknown }
  return (
    (typeof found.code === 'string' && awayCodes.test(found.code)) ||
    (typeof found.message === 'string' && awayMessages.test(found.message))
  )
}

/** What the driver throws, as an error of ours where it means that the database cannot answer now. */
export const awayOrOther = (thrown: unknown): unknown =>
  looksAway(thrown)
    ? new NexusError('database.unavailable', 'unavailable', 'The database does not answer.', {
        hint: 'See /ready and the log of nexusd.',
        cause: thrown,
      })
    : thrown

export const isDatabaseAway = (thrown: unknown): boolean => toFailure(thrown).code === 'database.unavailable'
