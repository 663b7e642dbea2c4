import { NexusError } from '../../platform/errors.ts'

/** How long after its beginning the window of a host stays open. */
export const windowMinutes = 120

/** Whether work that may restart services is welcome at this moment; `never` is never. */
export function isInWindow(at: Date, window: string, timeZone: string): boolean {
  if (window === 'never') return false
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const minutesOf = (text: string) => {
    const [hours = '0', minutes = '0'] = text.split(':')
    return Number(hours) * 60 + Number(minutes)
  }
  const since = (minutesOf(parts.format(at)) - minutesOf(window) + 24 * 60) % (24 * 60)
  return since < windowMinutes
}

export const neverWelcome = () =>
  new NexusError('host.no_window', 'conflict', 'The setting rebootWindow is never: no window opens by itself.', {
    hint: 'Add --now to begin at once.',
  })
