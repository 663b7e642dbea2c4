import { type Logger, pino } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** JSON lines on stderr; values under names that look like secrets are masked. */
export const createLog = (level: string): Logger =>
  pino(
    {
      level,
      redact: {
        paths: ['*.password', '*.token', '*.secret', '*.authorization', 'req.headers.authorization'],
        censor: '[masked]',
      },
    },
    pino.destination(2),
  )
