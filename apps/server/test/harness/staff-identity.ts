import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedIdentity } from '../../src/platform/adapters/embedded-identity.ts'
import type { Database } from '../../src/platform/db.ts'
import { secretBox } from '../../src/platform/secret-box.ts'

export const staffPassword = 'correct horse battery staple'

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** An OpenID provider for our own people, running on loopback, and the settings of a nexusd that stands on it. */
export async function staffIdentity(db: Database) {
  const [port, listenPort] = [await freePort(), await freePort()]
  const origin = `http://127.0.0.1:${port}`
  const identity = embeddedIdentity({
    db,
    box: secretBox(Buffer.alloc(32, 9)),
    now: () => new Date(),
    origin,
    listen: { host: '127.0.0.1', port },
  })
  await identity.start()
  const kept = new Map<string, string>()
  const keep = async (name: string, value: string) => {
    kept.set(name, value)
    return `secret:staff/${name}@1`
  }
  const tenant = 'staff'
  await identity.provider.ensureOrganization({ tenant, name: 'Staff' })
  await identity.provider.ensureGroups(tenant, ['staff'])
  const { clientId } = await identity.provider.ensureClient(
    { tenant, redirectUris: [`http://127.0.0.1:${listenPort}/sign-in/callback`], postLogoutUris: [] },
    keep,
  )
  const folder = mkdtempSync(join(tmpdir(), 'nexus-staff-'))
  const secretFile = join(folder, 'client-secret')
  writeFileSync(secretFile, kept.get('oidc-client-secret') ?? '', { mode: 0o600 })

  return {
    settings: { listenPort, signInIssuer: origin, signInClientId: clientId, signInClientSecretFile: secretFile },

    /** An account with a password and an address that the provider has verified. */
    account: async (email: string) => {
      await identity.provider.invite({ tenant, email, groups: ['staff'] }, keep)
      const answer = await fetch(kept.get('admin-invite') ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
        body: new URLSearchParams({ password: staffPassword, again: staffPassword }),
      })
      if (!answer.ok) throw new Error(`The account of ${email} could not be made: ${answer.status}`)
    },

    stop: async () => {
      await identity.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
