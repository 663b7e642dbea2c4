import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { plainJson } from './plain-text.ts'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** Values under names that look like secrets are masked; no line brings a control or bidirectional character along. */
const options = {
  redact: {
    paths: ['*.password', '*.token', '*.secret', '*.authorization', 'req.headers.authorization'],
    censor: '[masked]',
  },
  hooks: { streamWrite: plainJson },
} satisfies LoggerOptions

export const createLogOn = (destination: DestinationStream, level: string): Logger =>
  pino({ ...options, level }, destination)

/** JSON lines on stderr. */
export const createLog = (level: string): Logger => createLogOn(pino.destination(2), level)
