import { createHash, randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Database } from '../db.ts'
import type { SecretBox } from '../secret-box.ts'

export type EmbeddedKeys = { readonly jwks: { readonly keys: JWK[] }; readonly cookieKeys: readonly string[] }

export type EmbeddedClient = {
  readonly clientId: string
  readonly tenant: string
  readonly secret: string
  readonly redirectUris: readonly string[]
  readonly postLogoutUris: readonly string[]
}

type ClientRow = {
  id: string
  tenant: string
  secret_sealed: string
  redirect_uris: string[]
  post_logout_uris: string[]
}

const hash = (text: string) => createHash('sha256').update(text).digest('base64url')

/** The provider's own keys: made once, sealed, the same after every restart. */
export async function embeddedKeys(db: Database, box: SecretBox): Promise<EmbeddedKeys> {
  return db.inTransaction(async (tx) => {
    await tx.rows('select pg_advisory_xact_lock(7050)')
    const row = await tx.row<{ sealed: string }>(`select k.sealed from embedded_key k where k.name = 'keys'`)
    // Sealed by this file and authenticated by the box, so the shape is known.
    if (row) return JSON.parse(box.open(row.sealed, 'embedded-identity/keys')) as EmbeddedKeys
    const { privateKey } = await generateKeyPair('RS256', { modulusLength: 3072, extractable: true })
    const key = {
      ...(await exportJWK(privateKey)),
      kid: randomBytes(12).toString('base64url'),
      use: 'sig',
      alg: 'RS256',
    }
    const keys: EmbeddedKeys = { jwks: { keys: [key] }, cookieKeys: [randomBytes(32).toString('base64url')] }
    await tx.rows('insert into embedded_key (name, sealed) values ($1, $2)', [
      'keys',
      box.seal(JSON.stringify(keys), 'embedded-identity/keys'),
    ])
    return keys
  })
}

export type EmbeddedClients = ReturnType<typeof embeddedClients>

export function embeddedClients(db: Database, box: SecretBox) {
  const toClient = (row: ClientRow): EmbeddedClient => ({
    clientId: row.id,
    tenant: row.tenant,
    secret: box.open(row.secret_sealed, `embedded-client/${row.id}`),
    redirectUris: row.redirect_uris,
    postLogoutUris: row.post_logout_uris,
  })
  const columns = 'c.id, c.tenant, c.secret_sealed, c.redirect_uris, c.post_logout_uris'

  return {
    async byId(id: string): Promise<EmbeddedClient | undefined> {
      const row = await db.row<ClientRow>(`select ${columns} from embedded_client c where c.id = $1`, [id])
      return row && toClient(row)
    },

    /** One client a tenant; its secret stays, its addresses become the ones asked for. */
    async ensure(wish: Pick<EmbeddedClient, 'tenant' | 'redirectUris' | 'postLogoutUris'>): Promise<EmbeddedClient> {
      const id = `nexus-${wish.tenant}`
      const secret = box.seal(randomBytes(32).toString('base64url'), `embedded-client/${id}`)
      const row = await db.row<ClientRow>(
        `insert into embedded_client as c (id, tenant, secret_sealed, redirect_uris, post_logout_uris) values ($1, $2, $3, $4, $5)
         on conflict (id) do update set redirect_uris = excluded.redirect_uris, post_logout_uris = excluded.post_logout_uris
         returning ${columns}`,
        [id, wish.tenant, secret, wish.redirectUris, wish.postLogoutUris],
      )
      if (!row) throw new Error('An upsert answered no row.')
      return toClient(row)
    },
  }
}

/** What the library sees of a client: confidential, code flow only, PKCE enforced for everyone by the provider. */
const metadata = (client: EmbeddedClient): AdapterPayload => ({
  client_id: client.clientId,
  client_secret: client.secret,
  client_name: client.tenant,
  redirect_uris: [...client.redirectUris],
  post_logout_redirect_uris: [...client.postLogoutUris],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
  id_token_signed_response_alg: 'RS256',
})

type RecordRow = { sealed: string; id_hash: string; consumed_at: Date | null }

/** Sessions, codes, tokens and grants in Postgres: found by the hash of their id, sealed otherwise. */
export function embeddedRecords(db: Database, box: SecretBox, clients: EmbeddedClients, now: () => Date) {
  const open = (model: string, row: RecordRow | undefined): AdapterPayload | undefined => {
    if (!row) return undefined
    // Sealed below, authenticated by the box.
    const payload = JSON.parse(box.open(row.sealed, `${model}/${row.id_hash}`)) as AdapterPayload
    return row.consumed_at === null ? payload : { ...payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) }
  }
  const columns = 'r.sealed, r.id_hash, r.consumed_at'
  const alive = '(r.expires_at is null or r.expires_at > $3)'

  const adapter = (model: string): Adapter => ({
    async upsert(id, payload, expiresIn) {
      const idHash = hash(id)
      const expires = expiresIn ? new Date(now().getTime() + expiresIn * 1000) : null
      await db.rows(
        `insert into embedded_record (model, id_hash, sealed, grant_hash, uid_hash, expires_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (model, id_hash) do update set sealed = excluded.sealed, grant_hash = excluded.grant_hash,
           uid_hash = excluded.uid_hash, expires_at = excluded.expires_at`,
        [
          model,
          idHash,
          box.seal(JSON.stringify(payload), `${model}/${idHash}`),
          payload.grantId ? hash(payload.grantId) : null,
          payload.uid ? hash(payload.uid) : null,
          expires,
        ],
      )
    },
    async find(id) {
      if (model === 'Client') {
        const client = await clients.byId(id)
        return client && metadata(client)
      }
      return open(
        model,
        await db.row<RecordRow>(
          `select ${columns} from embedded_record r where r.model = $1 and r.id_hash = $2 and ${alive}`,
          [model, hash(id), now()],
        ),
      )
    },
    async findByUid(uid) {
      return open(
        model,
        await db.row<RecordRow>(
          `select ${columns} from embedded_record r where r.model = $1 and r.uid_hash = $2 and ${alive}`,
          [model, hash(uid), now()],
        ),
      )
    },
    findByUserCode: async () => undefined,
    async consume(id) {
      await db.rows('update embedded_record set consumed_at = $3 where model = $1 and id_hash = $2', [
        model,
        hash(id),
        now(),
      ])
    },
    async destroy(id) {
      await db.rows('delete from embedded_record where model = $1 and id_hash = $2', [model, hash(id)])
    },
    async revokeByGrantId(grantId) {
      await db.rows('delete from embedded_record where grant_hash = $1', [hash(grantId)])
    },
  })

  return {
    adapter,
    sweep: () => db.rows('delete from embedded_record where expires_at < $1', [now()]),
  }
}
