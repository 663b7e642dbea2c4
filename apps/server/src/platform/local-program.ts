import { execFile, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const env = { PATH: path, LC_ALL: 'C' }

export type ProgramAnswer = { readonly exit: number; readonly out: string; readonly err: string }

/** Runs a program of this machine to its end, no shell between; one that is not there or takes too long throws. */
export const runProgram = ([program = '', ...words]: readonly string[], timeoutSeconds = 30): Promise<ProgramAnswer> =>
  new Promise((resolve, reject) => {
    const options = { env, timeout: timeoutSeconds * 1000, maxBuffer: 64 << 20, encoding: 'utf8' as const }
    execFile(program, words, options, (thrown, out, err) => {
      if (thrown && (typeof thrown.code !== 'number' || thrown.killed)) reject(thrown)
      else resolve({ exit: typeof thrown?.code === 'number' ? thrown.code : 0, out, err })
    })
  })

/** Leads content through a program into a file (0600); whatever it says on stderr is the reason when it fails. */
export async function pipeThrough(
  [program = '', ...words]: readonly string[],
  content: AsyncIterable<Buffer>,
  file: string,
): Promise<void> {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], env })
  let said = ''
  child.stderr.on('data', (piece: Buffer) => {
    said = `${said}${piece.toString()}`.slice(-500)
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const [exit] = await Promise.all([
    ended,
    pipeline(content, child.stdin),
    pipeline(child.stdout, createWriteStream(file, { mode: 0o600 })),
  ])
  if (exit !== 0) throw new Error(said.trim() || `${program} ended with ${exit}`)
}
