import type { Entry } from '@nexus/trail'

/**
 * `[AUDIT] YYYY-MM-DD HH:MM:SS EVENT key=value ...` (S2-77): UTC, the epoch is of the same instant, and a value with anything
 * but plain characters is quoted as JSON. Of `after` the plain values are told, each under its own name.
 */
export function auditLine(entry: Entry, after: unknown, reason: string | undefined): string {
  const [date, time] = entry.at.slice(0, 19).split('T')
  const pairs: readonly (readonly [string, unknown])[] = [
    ['timestamp', Math.floor(new Date(entry.at).getTime() / 1000)],
    ['entry', entry.id],
    ['subject', entry.subject],
    ['actor', entry.actor],
    ['on_behalf_of', entry.onBehalfOf],
    ['run', entry.run],
    ['step', entry.step],
    ['evidence', entry.evidence],
    ['reason', reason],
    ...plainValues(after),
  ]
  const told = pairs.filter(([, value]) => value !== undefined && value !== null)
  const event = entry.action.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
  return [`[AUDIT] ${date} ${time} ${event}`, ...told.map(([name, value]) => `${name}=${written(value)}`)].join(' ')
}

function plainValues(after: unknown): readonly (readonly [string, unknown])[] {
  if (after === null || typeof after !== 'object' || Array.isArray(after)) return []
  return Object.entries(after)
    .filter(([name, value]) => /^[A-Za-z][\w]*$/.test(name) && typeof value !== 'object')
    .map(([name, value]) => [`after.${name}`, value] as const)
}

const written = (value: unknown): string => {
  const text = String(value)
  return /^[\w.:@/+-]+$/.test(text) ? text : JSON.stringify(text)
}
