import type { CheckResult } from '../platform/check.ts'
import type { Database } from '../platform/db.ts'
import { type Epoch, readEpoch } from '../platform/epoch.ts'
import { NexusError, toFailure } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'

const lookEverySeconds = 1

/** Whether this node takes work: not while it drains, and not while a restored Nexus waits for a person. */
export async function workDoor(db: Database, log: Log, now: () => Date) {
  let epoch: Epoch = await readEpoch(db)
  let draining = false
  let timer: NodeJS.Timeout | undefined
  const held = () => epoch.heldSince !== undefined

  return {
    /** The number that programs carry; while held nothing is claimed, one only looks. */
    epoch: (): number | undefined => (held() ? undefined : epoch.number),

    /** Why no work is taken now. */
    refusal: (): NexusError | undefined => {
      if (draining) {
        return new NexusError('nexus.draining', 'unavailable', 'This nexusd is stopping and takes no new work.', {
          hint: 'Send it again in a few seconds, to another node or to the one that starts again.',
        })
      }
      if (!held()) return undefined
      return new NexusError(
        'nexus.held',
        'unavailable',
        'This Nexus was restored from a backup and waits for a person.',
        {
          hint: 'On its machine: nexusctl admin held, then nexusctl admin resume.',
        },
      )
    },

    drain: () => {
      draining = true
      clearInterval(timer)
    },

    /** Begins the work: at once, or when somebody has lifted the hold. */
    whenOpen: async (begin: () => Promise<void>): Promise<void> => {
      if (!held()) return begin()
      log.warn({ point: epoch.backupPoint }, 'restored from a backup: held until `nexusctl admin resume`')
      let looking = false
      timer = setInterval(() => {
        if (looking || draining) return
        looking = true
        readEpoch(db)
          .then(async (found) => {
            if (found.heldSince !== undefined) return
            clearInterval(timer)
            epoch = found
            log.info({ epoch: found.number, by: found.resumedBy }, 'the hold was lifted: runs go on')
            await begin()
          })
          .catch((thrown) => log.error({ failure: toFailure(thrown) }, 'could not look whether the hold was lifted'))
          .finally(() => {
            looking = false
          })
      }, lookEverySeconds * 1000)
    },

    check: (): CheckResult => {
      const state = draining ? 'it is stopping' : held() ? 'restored from a backup, waiting for a person' : undefined
      return {
        name: 'ready.work',
        title: 'The node takes work',
        asked: 'the door of this node',
        vantage: 'nexusd',
        at: now().toISOString(),
        status: state === undefined ? 'pass' : 'fail',
        summary: state ?? 'it does',
      }
    },
  }
}

export type WorkDoor = Awaited<ReturnType<typeof workDoor>>
