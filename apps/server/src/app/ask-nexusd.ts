import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getTls } from 'node:https'
import type { Settings } from './settings.ts'
import { speaksTls } from './tls-settings.ts'

export type NexusdAnswer = { readonly status: number; readonly text: string }

/** What nexusd answers on its own machine, without a token. Its certificate is not the question here. */
export const askNexusd = (settings: Settings, path: string): Promise<NexusdAnswer> =>
  new Promise((resolve, reject) => {
    const host = ['0.0.0.0', '::'].includes(settings.listenHost) ? 'localhost' : settings.listenHost
    const target = { host, port: settings.listenPort, path, timeout: 10_000 }
    const heard = (answer: IncomingMessage) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString() }))
    }
    const asked = speaksTls(settings)
      ? getTls({ ...target, rejectUnauthorized: false }, heard)
      : getPlain(target, heard)
    asked.on('error', (thrown) => reject(new Error(`nexusd does not answer: ${thrown.message}`)))
    asked.on('timeout', () => asked.destroy(new Error('no answer within 10 s')))
  })
