/** Runs inside the sandbox: one JSON object on stdin, one on stdout. */
import { CalculatorError, calculate } from './calculator-grammar.ts'

let text = ''
for await (const chunk of process.stdin) text += String(chunk)

const answer = (value: unknown) => process.stdout.write(JSON.stringify(value))

try {
  const input: unknown = JSON.parse(text)
  const expression = typeof input === 'object' && input !== null && 'expression' in input ? input.expression : undefined
  if (typeof expression !== 'string') throw new CalculatorError('input.expression must be text.')
  answer({ value: calculate(expression) })
} catch (error) {
  if (!(error instanceof CalculatorError)) throw error
  answer({ problem: error.message })
}
