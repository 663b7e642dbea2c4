import { NexusError, toFailure } from '../../platform/errors.ts'
import type { HostAddress } from '../../platform/remote.ts'
import { confirmAccess } from './dead-man.ts'
import type { Host } from './host.ts'
import type { Desk } from './host-desk.ts'

export type Proving = ReturnType<typeof provingAccess>

export function provingAccess(desk: Desk) {
  /** A session of its own, as the new admin: that it comes through is what keeps the new access settings. */
  async function confirm(host: Host, as: Partial<HostAddress> = {}): Promise<void> {
    const session = as.hostId ?? `${host.id}#confirm`
    await desk.remote.forget(session)
    try {
      const address = { user: 'nexus', ...as, hostId: session }
      const result = await desk.run(host, confirmAccess(), { address })
      if (result.exit === 0 && result.events.some(isConfirmed)) return
    } catch (thrown) {
      throw reverted(host, toFailure(thrown).message)
    } finally {
      await desk.remote.forget(session)
    }
    throw reverted(host, 'the host says they are taken back already')
  }

  return { confirm }
}

const isConfirmed = (event: unknown) =>
  typeof event === 'object' && event !== null && 'type' in event && event.type === 'confirmed'

const reverted = (host: Host, why: string) =>
  new NexusError(
    'host.access_not_confirmed',
    'conflict',
    `${host.name} did not let the new admin in: ${why}. It puts the old access settings back by itself.`,
    {
      hint: 'Look at `journalctl -t nexus` on the host, mend the cause, and run the baseline again.',
    },
  )
