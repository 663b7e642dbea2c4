import { NexusError } from '../../platform/errors.ts'
import type { Host } from './host.ts'

export type TranscriptId = string & { readonly transcriptId: true }

export const transcriptKinds = ['exec', 'logs'] as const
export type TranscriptKind = (typeof transcriptKinds)[number]

export const transcriptStates = ['running', 'ended', 'failed', 'lost'] as const
export type TranscriptState = (typeof transcriptStates)[number]

/** What one person ran or read on a host. The command and what came back are kept sealed, beside it. */
export type Transcript = {
  readonly id: TranscriptId
  readonly hostId: string
  readonly kind: TranscriptKind
  readonly askedBy: string
  readonly askedByName: string
  readonly reason: string
  /** Who said yes stands there. */
  readonly approvalId: string | undefined
  /** Done by one person on a host where it takes two. */
  readonly breakGlass: boolean
  readonly startedAt: Date
  /** After this nobody works on it any more. */
  readonly endsBy: Date
  readonly endedAt: Date | undefined
  readonly exit: number | undefined
  readonly failure: { readonly code: string; readonly message: string } | undefined
  /** More came back than is kept. */
  readonly cut: boolean
}

export type OutputPart = { readonly to: 'out' | 'err'; readonly text: string }

/** Without an end, and its time is over: the nexusd that worked on it died. */
export function stateOfTranscript({ endedAt, endsBy, failure }: Transcript, at: Date): TranscriptState {
  if (endedAt !== undefined) return failure === undefined ? 'ended' : 'failed'
  return at > endsBy ? 'lost' : 'running'
}

/** A customer is or was live here: their data is within reach. */
export const isOfCustomer = (host: Host): boolean => host.wasLive || host.state === 'live' || host.state === 'draining'

export const transcriptNotFound = (id: string) =>
  new NexusError('transcript.not_found', 'missing', `There is no transcript ${id}.`, {
    hint: 'nexusctl host transcript list',
  })

export const notYourTranscript = () =>
  new NexusError(
    'transcript.not_yours',
    'forbidden',
    'This output belongs to whoever asked for it, while it is fresh.',
    {
      hint: 'Auditors read every transcript: nexusctl host transcript show.',
    },
  )
