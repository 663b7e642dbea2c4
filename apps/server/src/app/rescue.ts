import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accessService } from '../modules/access/index.ts'
import { now } from '../platform/clock.ts'
import { openDatabase } from '../platform/db.ts'
import { NexusError } from '../platform/errors.ts'

export type RescueDeps = { readonly home: string; readonly url: string; readonly uid: number | undefined }

/**
 * `nexusd rescue`: the way back in when every admin token is lost. Only at the machine itself, for root or whoever owns
 * the data: it goes to the database and not through the API, so there is no door for it to be found from outside.
 * Nexus may run or not. Answers the file with a token that can make one person admin, once, within an hour.
 */
export async function rescue({ home, url, uid }: RescueDeps): Promise<string> {
  const owner = statSync(home).uid
  if (uid !== 0 && uid !== owner) {
    throw new NexusError('access.rescue_refused', 'forbidden', `Only root or the owner of ${home} may do this.`, {
      hint: 'Ask another admin to make you a token: nexusctl access token create --for you@example.com.',
    })
  }
  const db = openDatabase(url, 2)
  try {
    const text = await accessService({ db, now }).bootstrap({ rescue: true })
    const file = join(home, 'bootstrap-token')
    writeFileSync(file, text ?? '', { mode: 0o600 })
    chmodSync(file, 0o600)
    return file
  } finally {
    await db.close()
  }
}
