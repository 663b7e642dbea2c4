import { systemActor } from '../../platform/actor.ts'
import { defineFlow, pause, step } from '../../platform/durable.ts'
import type { PatchVerbs } from './patch-verbs.ts'

export type PatchHostsInput = {
  readonly waves: readonly (readonly string[])[]
  readonly reboot: boolean
  /** Begin at once, whether the window of the hosts is open or not. */
  readonly now: boolean
  readonly startedBy: string
}

/** A window opens once a day: whoever waits longer than two days waits for something else. */
const windowLooks = 2 * 24 * 60

/**
 * Updates of the system on many hosts: a few first, then so many at once, each wave inside the hosts' window and looked
 * at before the next one begins (S0-72, S3-27, S3-122).
 *
 * A wave that is not well afterwards stops it there: the hosts that were not begun are as they were.
 */
export const patchHostsFlow = (verbs: PatchVerbs) =>
  defineFlow<PatchHostsInput>('patch-hosts', async ({ waves, reboot, now, startedBy }) => {
    const patch = verbs.of(systemActor('patch-hosts', startedBy), { reboot })
    for (const [index, wave] of waves.entries()) {
      const place = `wave ${index + 1} of ${waves.length}`
      await untilWindow(place)
      await step('patch the wave', () => patch.patchWave(wave, place), 'brief')
      await step('check the wave', () => patch.checkWave(wave, place), 'long')
    }
    return 'done'

    async function untilWindow(place: string): Promise<void> {
      for (let look = 0; !now && look < windowLooks; look += 1) {
        const window = await step('look whether the window is open', () => patch.window(place))
        if (window.isOpen) return
        await pause(60)
      }
    }
  })
