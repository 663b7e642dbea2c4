import { z } from 'zod'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import type { SecretBox } from '../../platform/secret-box.ts'
import {
  notYourTranscript,
  type OutputPart,
  stateOfTranscript,
  type Transcript,
  type TranscriptState,
} from './transcript.ts'
import {
  commandBound,
  dropTranscripts,
  findTranscript,
  listTranscripts,
  partBound,
  partsAfter,
  type TranscriptPage,
} from './transcript-store.ts'

const freshSeconds = 900
const Parts = z.array(z.object({ to: z.enum(['out', 'err']), text: z.string() }))

export type SeenTranscript = Transcript & { readonly state: TranscriptState }
export type WholeTranscript = SeenTranscript & { readonly command: string; readonly output: readonly OutputPart[] }
export type OutputPiece = { readonly place: number; readonly parts: readonly OutputPart[] }

/** What was run on hosts, for auditors; and for whoever ran it, while it is fresh. */
export function hostTranscripts({ db, box, now }: { db: Database; box: SecretBox; now: () => Date }) {
  const seen = (transcript: Transcript): SeenTranscript => ({
    ...transcript,
    state: stateOfTranscript(transcript, now()),
  })

  async function piecesAfter(id: string, place: number): Promise<OutputPiece[]> {
    const sealed = await partsAfter(db, id, place)
    return sealed.map((each) => ({
      place: each.place,
      parts: Parts.parse(JSON.parse(box.open(each.sealed, partBound(id, each.place)))),
    }))
  }

  async function allParts(id: string): Promise<OutputPart[]> {
    const all: OutputPart[] = []
    for (let place = -1; ; ) {
      const pieces = await piecesAfter(id, place)
      const last = pieces.at(-1)
      if (!last) return all
      all.push(...pieces.flatMap((each) => each.parts))
      place = last.place
    }
  }

  return {
    async list(actor: Actor, page: TranscriptPage): Promise<SeenTranscript[]> {
      requirePermission(actor, 'hosts.transcripts')
      return (await listTranscripts(db, page)).map(seen)
    },

    /** All of it; that it was read stands in the trail. */
    async show(actor: Actor, id: string): Promise<WholeTranscript> {
      requirePermission(actor, 'hosts.transcripts')
      const { commandSealed, ...transcript } = await findTranscript(db, id)
      await db.inTransaction((tx) =>
        recordAudit(tx, actor, {
          action: 'host.transcript_read',
          subject: transcript.hostId,
          after: { transcript: id },
          at: now(),
        }),
      )
      return {
        ...seen(transcript),
        command: box.open(commandSealed, commandBound(id)),
        output: await allParts(id),
      }
    },

    /** For the house, every so often: they hold what customers' hosts said. That it was done stays in the trail. */
    async forget(actor: Actor, before: Date): Promise<number> {
      requirePermission(actor, 'hosts.transcripts')
      return db.inTransaction(async (tx) => {
        const count = await dropTranscripts(tx, before)
        if (count > 0) {
          const after = { count, before: before.toISOString() }
          await recordAudit(tx, actor, { action: 'host.transcripts_forgotten', subject: 'hosts', after, at: now() })
        }
        return count
      })
    },

    /** Answers how to look for more: what came since `place`, and how it stands. */
    async follow(actor: Actor, id: string) {
      const { askedBy, endedAt, startedAt } = await findTranscript(db, id)
      if (askedBy !== (actor.onBehalfOf ?? actor.id)) throw notYourTranscript()
      if (addSeconds(endedAt ?? startedAt, freshSeconds) < now() && endedAt !== undefined) throw notYourTranscript()
      return {
        more: (place: number) => piecesAfter(id, place),
        state: async () => seen(await findTranscript(db, id)),
      }
    },
  }
}

export type HostTranscripts = ReturnType<typeof hostTranscripts>
