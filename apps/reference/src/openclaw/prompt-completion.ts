import { CalculatorError, calculate } from './calculator-grammar.ts'

/** The built-in "model": the same prompt has the same answer on every machine, so that a release can be proven with it. */
export function completePrompt(prompt: string): string {
  const arithmetic = /[-\d(.][-\d\s+*/%^().]*[\d)]/.exec(prompt)?.[0]
  if (arithmetic !== undefined && /[+*/%^-]/.test(arithmetic)) {
    try {
      return `${arithmetic.trim()} = ${calculate(arithmetic)}`
    } catch (error) {
      if (!(error instanceof CalculatorError)) throw error
      return error.message
    }
  }
  const words = prompt.trim().split(/\s+/)
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), '')
  return `You wrote ${words.length} word${words.length === 1 ? '' : 's'}; the longest is "${longest}".`
}
