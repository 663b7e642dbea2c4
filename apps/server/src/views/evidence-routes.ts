import { parseEntry } from '@nexus/trail'
import { z } from 'zod'
import { ExportedView, KeyView, type Trail } from '../modules/trail/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Db } from '../platform/db.ts'
import type { Routes } from '../platform/http-types.ts'
import { type EvidenceAbout, evidenceScope, evidenceTexts } from './evidence-scope.ts'

const About = z.strictObject({
  kind: z.enum(['order', 'run', 'customer']),
  id: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .meta({ description: 'A ticket or id, the id of a run, the name of a customer.' }),
})

const EvidenceView = z
  .object({
    about: z.object({ kind: z.string(), id: z.string() }),
    made: z.string(),
    checkpoint: z.string().meta({ description: 'The signed note that every proof leads to.' }),
    keys: z.array(KeyView),
    entries: z.array(ExportedView.extend({ proof: z.array(z.string()) })),
    evidence: z
      .array(z.object({ name: z.string(), text: z.string() }))
      .meta({ description: 'What checks found, as it was hashed into their entries.' }),
    missing: z
      .array(z.object({ index: z.int(), hash: z.string() }))
      .meta({ description: 'Entries whose evidence is not there as it was logged: erased, or changed.' }),
  })
  .meta({ id: 'EvidenceBundle' })

export type EvidenceDeps = { readonly db: Db; readonly trail: Trail; readonly now: () => Date }

/** What of an order, a run or a customer is in the log, with the proofs and with what checks found. */
async function gather({ db, trail, now }: EvidenceDeps, actor: Actor, asked: EvidenceAbout) {
  const { about, ...scope } = await evidenceScope(db, asked)
  const { checkpoint, keys, entries } = await trail.evidence(actor, { about: `${about.kind}:${about.id}`, scope })
  const named = entries.flatMap(({ index, entry }) => {
    const { evidence: hash, action, subject } = parsed(entry)
    return hash === undefined ? [] : [{ index, hash, name: `${action} ${subject} (entry ${index})` }]
  })
  const texts = await evidenceTexts(db, [...new Set(named.map((each) => each.hash))])
  const once = new Map(named.toReversed().map((each) => [each.hash, each]))
  return {
    about,
    made: now().toISOString(),
    checkpoint: checkpoint.note,
    keys: [...keys],
    entries: entries.map((each) => ({ ...each, proof: [...each.proof] })),
    evidence: [...once.values()].toReversed().flatMap(({ hash, name }) => {
      const text = texts.get(hash)
      return text === undefined ? [] : [{ name, text }]
    }),
    missing: named.filter(({ hash }) => !texts.has(hash)).map(({ index, hash }) => ({ index, hash })),
  }
}

/** A text that was changed is brought along as it is: whoever verifies the bundle is told. */
function parsed(entry: string): { evidence?: string; action?: string; subject?: string } {
  try {
    return parseEntry(Buffer.from(entry))
  } catch {
    return {}
  }
}

export const evidenceRoutes =
  (deps: EvidenceDeps): Routes =>
  async (app) => {
    app.post(
      '/trail/bundles',
      {
        config: { permission: 'trail.export' },
        schema: {
          operationId: 'makeTrailBundle',
          tags: ['trail'],
          summary: 'The evidence of one order, run or customer: its entries with their proofs. It is an entry itself.',
          body: About,
          response: { 200: EvidenceView },
        },
      },
      ({ actor, body }) => gather(deps, actor, body),
    )
  }
