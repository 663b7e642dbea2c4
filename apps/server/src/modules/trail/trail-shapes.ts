import { z } from 'zod'

export const EntryView = z
  .object({
    id: z.string(),
    index: z.int().optional().meta({ description: 'Its place in the log; left out until it has one.' }),
    at: z.date(),
    actor: z.string(),
    onBehalfOf: z.string().optional(),
    action: z.string(),
    subject: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    reason: z.string().optional(),
  })
  .meta({ id: 'TrailEntry' })

export const ExportedView = z
  .object({
    index: z.int(),
    entry: z.string().meta({ description: 'The bytes that are hashed: canonical JSON (RFC 8785).' }),
    leaf: z.string().meta({ description: 'The kept leaf hash, base64.' }),
    personal: z
      .object({ salt: z.string(), data: z.unknown() })
      .optional()
      .meta({ description: 'What stands beside the entry; its salted hash is in the entry.' }),
  })
  .meta({ id: 'ExportedEntry' })

export const KeyView = z
  .object({
    verifierKey: z.string().meta({ description: 'A verifier key of C2SP signed notes.' }),
    fingerprint: z.string().meta({ description: 'SHA-256 of the key, to be compared over another way.' }),
    since: z.date(),
  })
  .meta({ id: 'TrailKey' })

export const CheckpointView = z
  .object({
    size: z.int(),
    note: z.string().meta({ description: 'A checkpoint as a signed note (C2SP tlog-checkpoint).' }),
    at: z.date(),
  })
  .meta({ id: 'TrailCheckpoint' })

export const FindingView = z
  .object({
    kind: z.string(),
    sentence: z.string(),
    index: z.int().optional(),
    entry: z.string().optional(),
    from: z.int().optional(),
    to: z.int().optional(),
  })
  .meta({ id: 'TrailFinding' })

export const VerificationView = z
  .object({
    verdict: z.enum(['pass', 'fail', 'unknown']),
    size: z.int(),
    findings: z.array(FindingView),
    holds: z.array(z.object({ source: z.string(), size: z.int(), at: z.date() })),
    limits: z.array(z.string()).meta({ description: 'What this verdict does not prove.' }),
    waiting: z.int().meta({ description: 'Entries that have no place in the log yet.' }),
  })
  .meta({ id: 'TrailVerification' })
