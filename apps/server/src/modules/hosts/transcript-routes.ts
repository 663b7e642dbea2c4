import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Routes, StreamEvent } from '../../platform/http-types.ts'
import type { HostTranscripts, SeenTranscript } from './read-transcript.ts'
import type { HostCommands } from './run-command.ts'
import { transcriptKinds, transcriptStates } from './transcript.ts'

const TranscriptView = z
  .object({
    id: z.string(),
    hostId: z.string(),
    kind: z.enum(transcriptKinds),
    state: z.enum(transcriptStates).meta({ description: 'lost: the nexusd that worked on it died.' }),
    askedBy: z.string(),
    askedByName: z.string(),
    reason: z.string(),
    approvalId: z.string().optional(),
    breakGlass: z.boolean().meta({ description: 'Done by one person on a host where it takes two.' }),
    startedAt: z.date(),
    endedAt: z.date().optional(),
    exit: z.int().optional(),
    failure: z.object({ code: z.string(), message: z.string() }).optional(),
    cut: z.boolean().meta({ description: 'More came back than is kept.' }),
  })
  .meta({ id: 'HostTranscript' })
const Part = z.object({ to: z.enum(['out', 'err']), text: z.string() })
const WholeView = TranscriptView.extend({ command: z.string(), output: z.array(Part) }).meta({
  id: 'WholeHostTranscript',
})
const toView = (transcript: SeenTranscript): z.infer<typeof TranscriptView> => ({ ...transcript })

const HostParams = z.object({ hostId: z.string().min(1).max(80) })
const Params = z.object({ transcriptId: z.string().min(1).max(64) })
const asked = {
  reason: z.string().trim().min(3).max(400).meta({ description: 'Stands in the trail.' }),
  breakGlass: z
    .boolean()
    .default(false)
    .meta({ description: 'Without the second person that a host of a customer takes: an alert in the trail.' }),
  timeoutSeconds: z.int().min(1).max(600).default(60),
}
const Exec = z.strictObject({
  ...asked,
  command: z.string().min(1).max(16_384).meta({ description: 'A line of sh, run as root, without input or terminal.' }),
})
const Logs = z.strictObject({
  ...asked,
  unit: z
    .string()
    .regex(/^[A-Za-z0-9@:_.\\-]{1,120}$/)
    .optional(),
  since: z
    .string()
    .regex(/^[0-9A-Za-z :.+-]{1,40}$/)
    .optional()
    .meta({ description: 'As journalctl takes it: -1h, yesterday, 2026-01-31 12:00.' }),
  lines: z.int().min(1).max(10_000).default(200),
})

const lookEveryMilliseconds = 250

export const transcriptRoutes =
  ({ commands, transcripts }: { readonly commands: HostCommands; readonly transcripts: HostTranscripts }): Routes =>
  async (app) => {
    const tags = ['hosts']
    const begun = { params: HostParams, response: { 202: z.object({ transcriptId: z.string() }) } }

    app.post(
      '/hosts/:hostId/exec',
      {
        config: { permission: 'hosts.exec' },
        schema: {
          operationId: 'execOnHost',
          tags,
          summary: 'Runs a command; its output is at /hosts/transcripts/{transcriptId}/output.',
          body: Exec,
          ...begun,
        },
      },
      async ({ actor, params, body }, reply) =>
        reply.code(202).send({ transcriptId: (await commands.exec(actor, params.hostId, body)).id }),
    )

    app.post(
      '/hosts/:hostId/logs',
      {
        config: { permission: 'hosts.logs' },
        schema: { operationId: 'readHostLogs', tags, summary: 'Reads the journal, likewise.', body: Logs, ...begun },
      },
      async ({ actor, params, body }, reply) => {
        const { unit, since, lines, ...rest } = body
        const log = { lines, ...(unit === undefined ? {} : { unit }), ...(since === undefined ? {} : { since }) }
        return reply.code(202).send({ transcriptId: (await commands.logs(actor, params.hostId, { ...rest, log })).id })
      },
    )

    app.get(
      '/hosts/transcripts',
      {
        config: { permission: 'hosts.transcripts' },
        schema: {
          operationId: 'listHostTranscripts',
          tags,
          summary: 'The newest first.',
          querystring: z.object({
            hostId: z.string().max(80).optional(),
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().max(64).optional(),
          }),
          response: { 200: z.object({ items: z.array(TranscriptView), next: z.string().optional() }) },
        },
      },
      async ({ actor, query }) => {
        const found = await transcripts.list(actor, query)
        const last = found.length === query.limit ? found.at(-1) : undefined
        return { items: found.map(toView), ...(last ? { next: last.id } : {}) }
      },
    )

    app.get(
      '/hosts/transcripts/:transcriptId',
      {
        config: { permission: 'hosts.transcripts' },
        schema: {
          operationId: 'getHostTranscript',
          tags,
          summary: 'All of it; that it was read stands in the trail.',
          params: Params,
          response: { 200: WholeView },
        },
      },
      async ({ actor, params }) => {
        const { output, ...rest } = await transcripts.show(actor, params.transcriptId)
        return { ...rest, output: [...output] }
      },
    )

    app.get(
      '/hosts/transcripts/:transcriptId/output',
      {
        config: { permission: 'hosts.read' },
        schema: {
          operationId: 'watchHostTranscript',
          tags,
          description:
            'Server-sent events for whoever asked for it: `output` with parts as they come, `ended` with how it ended. Goes on behind Last-Event-ID.',
          params: Params,
        },
      },
      async (request, reply) => {
        const following = await transcripts.follow(request.actor, request.params.transcriptId)
        const last = Number(request.headers['last-event-id'] ?? -1)
        await reply.sse(async (send, signal) => {
          await tellAll(following, Number.isInteger(last) ? last : -1, send, signal)
          return undefined
        })
      },
    )
  }

/** Looks into the database, where whichever node runs the command puts it. */
async function tellAll(
  { more, state }: Awaited<ReturnType<HostTranscripts['follow']>>,
  from: number,
  send: (event: StreamEvent) => boolean,
  signal: AbortSignal,
): Promise<void> {
  let place = from
  while (!signal.aborted) {
    const now = await state()
    for (const piece of await more(place)) {
      if (!send({ event: 'output', id: String(piece.place), data: { parts: piece.parts } })) return
      place = piece.place
    }
    const rest = now.state === 'running' ? [] : await more(place)
    if (now.state !== 'running' && rest.length === 0) {
      send({ event: 'ended', data: toView(now) })
      return
    }
    await pause(lookEveryMilliseconds, undefined, { signal }).catch(() => {})
  }
}
