/** Exit codes as other tools use them (sysexits): wrong use, cannot run here, it failed. */
export const exits = { failed: 1, usage: 64, missing: 66, cannotRun: 69 } as const

/** Something the lab cannot do, said in one sentence a person can act on. */
export class LabError extends Error {
  override readonly name = 'LabError'
  readonly code: string
  readonly exit: number

  constructor(code: string, message: string, exit: number = exits.failed) {
    super(message)
    this.code = code
    this.exit = exit
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
