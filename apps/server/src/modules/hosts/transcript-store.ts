import type { Db, Tx } from '../../platform/db.ts'
import type { KeyRing } from '../../platform/secret-box.ts'
import { sealedWith } from '../../platform/secret-box.ts'
import { type Transcript, type TranscriptId, type TranscriptKind, transcriptNotFound } from './transcript.ts'

type Row = {
  id: string
  host_id: string
  kind: TranscriptKind
  asked_by: string
  asked_by_name: string
  reason: string
  approval_id: string | null
  break_glass: boolean
  started_at: Date
  ends_by: Date
  ended_at: Date | null
  exit_code: number | null
  failure: { code: string; message: string } | null
  cut: boolean
}

const columns = `t.id, t.host_id, t.kind, t.asked_by, t.asked_by_name, t.reason, t.approval_id, t.break_glass, t.started_at,
  t.ends_by, t.ended_at, t.exit_code, t.failure, t.cut`

const toTranscript = (row: Row): Transcript => ({
  id: row.id as TranscriptId,
  hostId: row.host_id,
  kind: row.kind,
  askedBy: row.asked_by,
  askedByName: row.asked_by_name,
  reason: row.reason,
  approvalId: row.approval_id ?? undefined,
  breakGlass: row.break_glass,
  startedAt: row.started_at,
  endsBy: row.ends_by,
  endedAt: row.ended_at ?? undefined,
  exit: row.exit_code ?? undefined,
  failure: row.failure ?? undefined,
  cut: row.cut,
})

/** What a sealed value is bound to: a part does not open at another place or in another transcript. */
export const commandBound = (id: string): string => `host-transcript/${id}/command`
export const partBound = (id: string, place: number): string => `host-transcript/${id}/${place}`

export async function addTranscript(tx: Tx, given: Transcript, commandSealed: string): Promise<void> {
  await tx.rows(
    `insert into host_transcript (id, host_id, kind, asked_by, asked_by_name, reason, approval_id, break_glass,
       command_sealed, started_at, ends_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      given.id,
      given.hostId,
      given.kind,
      given.askedBy,
      given.askedByName,
      given.reason,
      given.approvalId ?? null,
      given.breakGlass,
      commandSealed,
      given.startedAt,
      given.endsBy,
    ],
  )
}

export async function endTranscript(tx: Tx, given: Transcript): Promise<void> {
  await tx.rows(
    'update host_transcript set ended_at = $2, exit_code = $3, failure = $4, cut = $5 where id = $1 and ended_at is null',
    [
      given.id,
      given.endedAt ?? null,
      given.exit ?? null,
      given.failure === undefined ? null : JSON.stringify(given.failure),
      given.cut,
    ],
  )
}

export async function addPart(db: Db, id: string, place: number, sealed: string): Promise<void> {
  await db.rows(
    'insert into host_transcript_part (transcript_id, place, sealed) values ($1, $2, $3) on conflict do nothing',
    [id, place, sealed],
  )
}

export async function findTranscript(db: Db, id: string): Promise<Transcript & { readonly commandSealed: string }> {
  const row = await db.row<Row & { command_sealed: string }>(
    `select ${columns}, t.command_sealed from host_transcript t where t.id = $1`,
    [id],
  )
  if (!row) throw transcriptNotFound(id)
  return { ...toTranscript(row), commandSealed: row.command_sealed }
}

export type SealedPart = { readonly place: number; readonly sealed: string }

export const partsAfter = (db: Db, id: string, place: number): Promise<SealedPart[]> =>
  db.rows<SealedPart>(
    `select p.place, p.sealed from host_transcript_part p where p.transcript_id = $1 and p.place > $2
     order by p.place limit 100`,
    [id, place],
  )

export type TranscriptPage = {
  readonly limit: number
  readonly hostId?: string | undefined
  readonly after?: string | undefined
}

/** The newest first. */
export async function listTranscripts(db: Db, { limit, hostId, after }: TranscriptPage): Promise<Transcript[]> {
  const rows = await db.rows<Row>(
    `select ${columns} from host_transcript t
     where ($1::text is null or t.host_id = $1) and ($2::text is null or t.id < $2) order by t.id desc limit $3`,
    [hostId ?? null, after ?? null, limit],
  )
  return rows.map(toTranscript)
}

/** Those that began before; their parts go with them. Answers how many there were. */
export async function dropTranscripts(tx: Tx, before: Date): Promise<number> {
  const gone = await tx.rows('delete from host_transcript where started_at < $1 returning id', [before])
  return gone.length
}

/** Seals anew what is not sealed with the current key; answers how many there were. */
export const resealTranscripts =
  (ring: KeyRing) =>
  async (tx: Tx, limit: number): Promise<number> => {
    const prefix = sealedWith(ring.current())
    const again = (sealed: string, bound: string) => ring.seal(ring.open(sealed, bound), bound)
    const commands = await tx.rows<{ id: string; sealed: string }>(
      `select t.id, t.command_sealed as sealed from host_transcript t
       where not starts_with(t.command_sealed, $1) limit $2 for update skip locked`,
      [prefix, limit],
    )
    for (const { id, sealed } of commands)
      await tx.rows('update host_transcript set command_sealed = $2 where id = $1', [
        id,
        again(sealed, commandBound(id)),
      ])
    const parts = await tx.rows<{ id: string; place: number; sealed: string }>(
      `select p.transcript_id as id, p.place, p.sealed from host_transcript_part p
       where not starts_with(p.sealed, $1) limit $2 for update skip locked`,
      [prefix, limit - commands.length],
    )
    for (const { id, place, sealed } of parts)
      await tx.rows('update host_transcript_part set sealed = $3 where transcript_id = $1 and place = $2', [
        id,
        place,
        again(sealed, partBound(id, place)),
      ])
    return commands.length + parts.length
  }
