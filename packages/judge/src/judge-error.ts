/** Every refusal of the judge: `code` for programs, a sentence and a next step for people. The input was wrong, always. */
export class JudgeError extends Error {
  readonly code: string
  readonly kind = 'invalid'
  readonly hint: string

  constructor(code: string, message: string, hint: string) {
    super(message)
    this.name = 'JudgeError'
    this.code = code
    this.hint = hint
  }
}
