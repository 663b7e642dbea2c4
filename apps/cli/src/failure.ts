import type { Failed } from './exit.ts'

/** A failure with the words of the API: `kind` decides the exit code, the hint is the next step. */
export class CliFailure extends Error {
  readonly failed: Failed
  constructor(failed: Failed) {
    super(failed.message ?? 'It failed.')
    this.name = 'CliFailure'
    this.failed = failed
  }
}

export const fail = (code: string, kind: string, message: string, hint?: string): CliFailure =>
  new CliFailure({ code, kind, message, ...(hint === undefined ? {} : { hint }) })

/** A run that did not end well, as the failure of the command that waited for it. */
export const failedRun = (run: {
  readonly id: string
  readonly state: string
  readonly failure?: Omit<Failed, 'kind'>
}): CliFailure => {
  const { code = 'run.not_done', message = `Run ${run.id} is ${run.state}.`, hint, problems } = run.failure ?? {}
  return new CliFailure({
    code,
    kind: 'conflict',
    message,
    ...(problems === undefined ? {} : { problems }),
    hint: hint ?? `nexusctl run show ${run.id}`,
  })
}

export const misused = (message: string, hint?: string): CliFailure => fail('cli.usage', 'usage', message, hint)

export const kindOf = (thrown: unknown): string => toFailed(thrown).kind ?? 'bug'

/** The client's errors and ours tell the same: `code` and `kind` decide, whatever the class. */
export function toFailed(thrown: unknown): Failed {
  if (thrown instanceof CliFailure) return thrown.failed
  const { code, kind, message, hint, problems } = (thrown ?? {}) as Partial<Failed>
  if (typeof code === 'string' && typeof kind === 'string') {
    return {
      code,
      kind,
      ...(message === undefined ? {} : { message }),
      ...(hint === undefined ? {} : { hint }),
      ...(problems === undefined ? {} : { problems }),
    }
  }
  return { code: 'cli.bug', kind: 'bug', message: thrown instanceof Error ? thrown.message : String(thrown) }
}
