import { type Logger, type LoggerOptions, pino } from 'pino'
import { plainJson } from './plain-text.ts'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** Values under names that look like secrets are masked; no line brings a control or bidirectional character along. */
export const logOptions = {
  redact: {
    paths: ['*.password', '*.token', '*.secret', '*.authorization', 'req.headers.authorization'],
    censor: '[masked]',
  },
  hooks: { streamWrite: plainJson },
} satisfies LoggerOptions

/** JSON lines on stderr. */
export const createLog = (level: string): Logger => pino({ ...logOptions, level }, pino.destination(2))
