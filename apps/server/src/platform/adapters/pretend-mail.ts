import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mail, OutgoingMail } from '../../modules/notices/index.ts'
import type { PretendFaults } from './pretend-faults.ts'
import { type PretendPlace, writeWhole } from './pretend-world.ts'

/** Mails as files in `<home>/pretend/mails`, for their reader alone: an invitation in one lets its reader in. */
export function pretendMail(place: PretendPlace, faults: PretendFaults): Mail {
  const folder = join(place.folder, 'mails')
  return {
    sentSince: async (since) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const mails = readdirSync(folder)
        .filter((each) => each.endsWith('.json'))
        .map(
          (each) =>
            JSON.parse(readFileSync(join(folder, each), 'utf8')) as Omit<OutgoingMail, 'date'> & { date: string },
        )
      return mails.filter((each) => new Date(each.date) >= since)
    },
    send: async (mail) => {
      const fault = faults.take(`send a mail to ${mail.to}`)
      if (fault?.how === 'fail') return { kind: 'not_handed_over', again: true, why: 'pretend: made to fail' }
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const name = mail.messageId.replace(/[^A-Za-z0-9@._-]/g, '')
      writeWhole(join(folder, `${name}.json`), JSON.stringify({ pretend: true, ...mail }, undefined, 2))
      place.change((world) => {
        world.effects.mails += 1
      })
      if (fault?.how === 'kill') faults.kill()
      if (fault) return { kind: 'in_doubt', why: 'pretend: the relay went silent after DATA' }
      return { kind: 'sent', receipt: 'pretend: kept as a file, sent to nobody' }
    },
  }
}
