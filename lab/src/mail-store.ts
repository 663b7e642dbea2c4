import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime, { type Address, type Email } from 'postal-mime'
import { isMissing, readJson, writeJson, writeWhole } from './lab-files.ts'

export type Envelope = { readonly from: string; readonly to: readonly string[] }

export type CaughtMail = {
  readonly id: string
  readonly messageId: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly date: string
  readonly text: string
  readonly html: string
  readonly raw: string
}

export type MailStore = ReturnType<typeof mailStore>

/** Mail as it was received, one file each, newest first. */
export function mailStore(dir: string) {
  async function keep(envelope: Envelope, raw: string, at: Date): Promise<string> {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const id = `${at.toISOString().replaceAll(/\D/g, '')}-${randomBytes(3).toString('hex')}`
    await writeJson(join(dir, `${id}.json`), { ...envelope, at: at.toISOString() })
    await writeWhole(join(dir, `${id}.eml`), raw)
    return id
  }

  async function find(id: string): Promise<CaughtMail | undefined> {
    if (!/^[0-9a-f-]+$/.test(id)) return undefined
    const envelope = await readJson<Envelope & { at: string }>(join(dir, `${id}.json`))
    if (!envelope) return undefined
    try {
      const raw = await readFile(join(dir, `${id}.eml`), 'utf8')
      return toMail(id, envelope, raw, await PostalMime.parse(raw))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async function list(to?: string): Promise<CaughtMail[]> {
    const ids = (await names()).filter((name) => name.endsWith('.eml')).map((name) => name.slice(0, -4))
    const mails = await Promise.all(ids.sort().reverse().map(find))
    return mails.filter((mail) => mail !== undefined).filter((mail) => !to || mail.to.includes(to.toLowerCase()))
  }

  async function names(): Promise<string[]> {
    try {
      return await readdir(dir)
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }

  return { keep, find, list, clear: () => rm(dir, { recursive: true, force: true }) }
}

const written = (address: Address | undefined): string =>
  address && 'address' in address ? (address.address ?? '') : ''

const toMail = (id: string, envelope: Envelope & { at: string }, raw: string, mail: Email): CaughtMail => ({
  id,
  messageId: mail.messageId ?? '',
  from: written(mail.from) || envelope.from,
  to: envelope.to.map((to) => to.toLowerCase()),
  subject: mail.subject ?? '',
  date: envelope.at,
  text: mail.text ?? '',
  html: mail.html ?? '',
  raw,
})
