const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** In the viewer's zone: the time of today (`brief` without seconds), else with its day, in another year with that. */
export function momentWords(iso: string, now: number, brief = false): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return 'at an unknown time'
  const today = new Date(now)
  if (at.toDateString() === today.toDateString()) return (brief ? minute : time).format(at)
  return (at.getFullYear() === today.getFullYear() ? date : whole).format(at)
}

/** `2026-01-15 09:00:00 UTC`. */
export const utcWords = (iso: string): string => {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
