import { type Actor, type Permission, requirePermission, systemActor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import { toFailure } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { plainLine } from '../../platform/plain-text.ts'
import type { Remote } from '../../platform/remote.ts'
import type { SecondPerson } from '../../platform/second-person.ts'
import type { SecretBox } from '../../platform/secret-box.ts'
import { sha256 } from './baseline-item.ts'
import { commandProgram, journalLine, type LogWish } from './command-program.ts'
import { addressOf, type Host } from './host.ts'
import { findHost } from './host-store.ts'
import { maskText } from './output-mask.ts'
import { isOfCustomer, type Transcript, type TranscriptId, type TranscriptKind } from './transcript.ts'
import { addTranscript, commandBound, endTranscript } from './transcript-store.ts'
import { transcriptWriter } from './transcript-writer.ts'

export type HostAlert = { readonly host: Host; readonly what: string; readonly why: string }

export type CommandDeps = {
  readonly db: Database
  readonly remote: Remote
  readonly box: SecretBox
  readonly now: () => Date
  /** Values that may stand on this host and must not stand in a transcript. */
  readonly secretsOf: (host: Host) => Promise<readonly string[]>
  /** Who says yes first on a host of a customer; left out where one person is enough. */
  readonly second: Readonly<Record<TranscriptKind, SecondPerson | undefined>>
  /** Whom it concerns hears of it; that nobody can be told keeps nothing from happening. */
  readonly tell: (alert: HostAlert) => Promise<void>
}

export type Asked = {
  readonly reason: string
  /** Without a second person where it takes one; an alert stands in the trail. */
  readonly breakGlass: boolean
  readonly timeoutSeconds: number
}
export type CommandWish = Asked & { readonly command: string }

type Wish = CommandWish & { readonly kind: TranscriptKind; readonly permission: Permission }

/** A person runs something on a host. What is asked, who said yes, that it ran and how it ended stand in the trail. */
export function hostCommands(deps: CommandDeps) {
  const { db, remote, box, now } = deps
  const going = new Set<Promise<void>>()

  const exec = (actor: Actor, hostId: string, wish: CommandWish): Promise<Transcript> =>
    begin(actor, hostId, { ...wish, kind: 'exec', permission: 'hosts.exec' })

  const logs = (actor: Actor, hostId: string, { log, ...asked }: Asked & { readonly log: LogWish }) =>
    begin(actor, hostId, { ...asked, command: journalLine(log), kind: 'logs', permission: 'hosts.logs' })

  async function begin(actor: Actor, hostId: string, wish: Wish): Promise<Transcript> {
    requirePermission(actor, wish.permission)
    const host = await findHost(db, hostId)
    addressOf(host)
    const secrets = await deps.secretsOf(host)
    const second = isOfCustomer(host) ? deps.second[wish.kind] : undefined
    const approval =
      second && !wish.breakGlass ? await second.require(actor, actOf(host, wish, secrets), wish.reason) : undefined
    const breakGlass = second !== undefined && wish.breakGlass
    const at = now()
    const transcript: Transcript = {
      id: newId('htr', at) as TranscriptId,
      hostId,
      kind: wish.kind,
      askedBy: actor.onBehalfOf ?? actor.id,
      askedByName: actor.name,
      reason: wish.reason,
      approvalId: approval?.id,
      breakGlass,
      startedAt: at,
      endsBy: addSeconds(at, wish.timeoutSeconds + 60),
      endedAt: undefined,
      exit: undefined,
      failure: undefined,
      cut: false,
    }
    const told = {
      host: host.name,
      transcript: transcript.id,
      commandSha256: sha256(wish.command),
      ...(approval ? { approval: approval.id } : {}),
    }
    const alert = { ...told, what: `${wish.kind} without a second person`, by: transcript.askedBy }
    const { reason } = wish
    await db.inTransaction(async (tx) => {
      if (approval) await second?.use(tx, actor, approval.id)
      await addTranscript(tx, transcript, box.seal(maskText(wish.command, secrets), commandBound(transcript.id)))
      await recordAudit(tx, actor, { action: `host.${wish.kind}`, subject: hostId, after: told, reason, at })
      if (breakGlass) await recordAudit(tx, actor, { action: 'host.alert', subject: hostId, after: alert, reason, at })
    })
    if (breakGlass) void deps.tell({ host, what: alert.what, why: `${actor.name}: ${reason}` }).catch(() => {})
    // What could not be kept is told as lost, once its time is over.
    const work: Promise<void> = run(host, transcript, wish, secrets)
      .catch(() => {})
      .finally(() => going.delete(work))
    going.add(work)
    return transcript
  }

  /** Goes on when whoever asked has left; what came back until then is kept, whatever happens. */
  async function run(host: Host, transcript: Transcript, wish: Wish, secrets: readonly string[]): Promise<void> {
    const writer = transcriptWriter(deps, transcript.id, secrets)
    let failure: Transcript['failure']
    try {
      await remote.run(addressOf(host), commandProgram(wish.command, wish.timeoutSeconds), writer.take)
    } catch (thrown) {
      const { code, message } = toFailure(thrown)
      failure = { code, message: maskText(message, secrets) }
    }
    const { exit, cut } = await writer.end()
    if (exit === undefined) failure ??= noEnd
    await end({ ...transcript, endedAt: now(), exit, cut, failure: exit === undefined ? failure : undefined })
  }

  async function end(transcript: Transcript): Promise<void> {
    const { id, kind, hostId, exit, cut, failure } = transcript
    await db.inTransaction(async (tx) => {
      await endTranscript(tx, transcript)
      const after = { transcript: id, exit, cut, failure: failure?.code }
      const actor = systemActor('host-commands', transcript.askedBy)
      await recordAudit(tx, actor, { action: `host.${kind}_ended`, subject: hostId, after, at: now() })
    })
  }

  /** When nexusd stops: what still runs has lost its connection, and says so. */
  const settled = async (): Promise<void> => void (await Promise.allSettled(going))

  return { exec, logs, settled }
}

export type HostCommands = ReturnType<typeof hostCommands>

/** Bound to exactly this command on this host; secrets that are known do not stand in it. */
function actOf(host: Host, { kind, permission, command, timeoutSeconds }: Wish, secrets: readonly string[]) {
  const shown = maskText(command, secrets)
  const verb = kind === 'exec' ? 'is run as root' : 'is read'
  return {
    kind: `host.${kind}`,
    subject: host.id,
    parameters: { command: shown, commandSha256: sha256(command), timeoutSeconds },
    what: `On ${host.name} (ticket ${host.ticket ?? 'none'}) this ${verb}: ${plainLine(shown, 200)}`,
    permission,
  }
}

const noEnd = {
  code: 'host.command_cut_off',
  message: 'The command was ended from outside, or the connection broke: how it ended is not known.',
}
