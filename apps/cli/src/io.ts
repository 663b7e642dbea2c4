import { createRequire } from 'node:module'
import type Tables from 'cli-table3'
import type * as Yaml from 'yaml'
import { misused } from './failure.ts'

/** Read when an answer needs them: most calls start without. */
const later = createRequire(import.meta.url)

export type Format = 'table' | 'json' | 'yaml' | 'csv'

/** Answers go to stdout, talk to stderr. */
export type Io = {
  readonly format: Format
  readonly terminal: boolean
  readonly say: (line: string) => void
  /** Rewrites the last line on a terminal; elsewhere nothing. */
  readonly status: (line: string) => void
  readonly print: (text: string) => void
  /** Text of another program as it comes, without a line break of ours. */
  readonly pass: (text: string, to: 'out' | 'err') => void
  /** An answer: the whole value as JSON or YAML, or what `show` makes of it for people. `rows`: as CSV, where it is a list. */
  readonly answer: <T>(value: T, show: (value: T) => string, rows?: (value: T) => Rows) => void
}

/** A heading and a line for each thing of a list. */
export type Rows = readonly (readonly string[])[]

export type Streams = { readonly out: NodeJS.WriteStream; readonly err: NodeJS.WriteStream }

const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Text that came from hosts or customers may hold escape sequences: they never reach the terminal. */
export const harmless = (text: string): string => text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(hidden, '')

/** JSON may name such characters, a terminal must not see them. */
const escaped = (json: string): string =>
  json.replace(hidden, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)

const colors: Readonly<Record<string, number>> = {
  PASS: 32,
  Live: 32,
  done: 32,
  WARN: 33,
  Blocked: 33,
  'at risk': 33,
  FAIL: 31,
  failed: 31,
  BREACHED: 31,
  Incident: 31,
}

/** The words of state in color. Painted last: what came from elsewhere has lost its escape sequences by then. */
const painted = (text: string): string =>
  text.replace(/\b(PASS|WARN|FAIL|Live|Blocked|Incident|BREACHED|at risk|done|failed)\b/g, (word) => {
    return `\u001b[${colors[word] ?? 0}m${word}\u001b[0m`
  })

export function createIo(
  format: Format,
  streams: Streams = { out: process.stdout, err: process.stderr },
  { color = false }: { readonly color?: boolean } = {},
): Io {
  const terminal = Boolean(streams.err.isTTY) && format === 'table'
  const said = color && streams.err.isTTY ? painted : (text: string) => text
  const shown = color && streams.out.isTTY ? painted : (text: string) => text
  let status = ''
  const clear = () => {
    if (status) streams.err.write(`\r\u001b[2K`)
    status = ''
  }
  return {
    format,
    terminal,
    say: (line) => {
      clear()
      streams.err.write(`${said(harmless(line))}\n`)
    },
    status: (line) => {
      if (!terminal) return
      clear()
      status = harmless(line).slice(0, (streams.err.columns ?? 100) - 1)
      streams.err.write(status)
    },
    print: (text) => {
      clear()
      streams.out.write(`${shown(harmless(text))}\n`)
    },
    pass: (text, to) => {
      clear()
      streams[to].write(harmless(text))
    },
    answer: (value, show, rows) => {
      clear()
      if (format === 'csv') streams.out.write(harmless(csv(rows ? rows(value) : refuseCsv())))
      else if (format === 'json') streams.out.write(`${escaped(JSON.stringify(value, null, 2) ?? 'null')}\n`)
      else if (format === 'yaml') streams.out.write(harmless((later('yaml') as typeof Yaml).stringify(value)))
      else streams.out.write(`${shown(harmless(show(value)))}\n`)
    },
  }
}

function refuseCsv(): never {
  throw misused('this answer is no list that has a form as CSV: take table, json or yaml')
}

/** RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe. */
export function csv(rows: Rows): string {
  const cell = (text: string) => {
    const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
  }
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** A plain table without lines, as operators pipe it on. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const Table = later('cli-table3') as typeof Tables
  const plain = new Table({
    head: head.map((word) => word.toUpperCase()),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '',
    },
  })
  for (const row of rows) plain.push([...row])
  return plain
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Seconds as people say them: 42 s, 3 min 5 s, 2 h 10 min, 3 d 4 h. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`
}
