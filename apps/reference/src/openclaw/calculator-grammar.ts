/**
 * Arithmetic, parsed by hand; nothing is ever evaluated as code.
 *
 *   sum     = product { ("+" | "-") product }
 *   product = power { ("*" | "/" | "%") power }
 *   power   = sign [ "^" power ]
 *   sign    = [ "-" | "+" ] sign | atom
 *   atom    = number | "(" sum ")"
 */
export class CalculatorError extends Error {}

const longest = 1000
const deepest = 100

export function calculate(expression: string): number {
  if (expression.length > longest) throw new CalculatorError(`An expression has at most ${longest} characters.`)
  const tokens = readTokens(expression)
  let at = 0
  let depth = 0

  const take = (...wanted: readonly string[]): string | undefined => {
    const token = tokens[at]
    if (token === undefined || !wanted.includes(token)) return undefined
    at += 1
    return token
  }

  const nested = (inner: () => number): number => {
    depth += 1
    if (depth > deepest) throw new CalculatorError(`An expression is at most ${deepest} levels deep.`)
    const value = inner()
    depth -= 1
    return value
  }

  const sum = (): number => {
    let value = product()
    for (let sign = take('+', '-'); sign !== undefined; sign = take('+', '-')) {
      value = sign === '+' ? value + product() : value - product()
    }
    return value
  }

  const product = (): number => {
    let value = power()
    for (let sign = take('*', '/', '%'); sign !== undefined; sign = take('*', '/', '%')) {
      const right = power()
      if (sign !== '*' && right === 0) throw new CalculatorError('A division by zero has no answer.')
      value = sign === '*' ? value * right : sign === '/' ? value / right : value % right
    }
    return value
  }

  const power = (): number => {
    const base = sign()
    return take('^') === undefined ? base : base ** nested(power)
  }

  const sign = (): number => {
    const found = take('-', '+')
    if (found === undefined) return atom()
    const value = nested(sign)
    return found === '-' ? -value : value
  }

  const atom = (): number => {
    if (take('(') !== undefined) {
      const value = nested(sum)
      if (take(')') === undefined) throw new CalculatorError('A ")" is missing.')
      return value
    }
    const token = tokens[at]
    if (token === undefined) throw new CalculatorError('The expression ends too early.')
    if (!/^[\d.]/.test(token)) throw new CalculatorError(`A number was expected, not "${token}".`)
    at += 1
    return Number(token)
  }

  const value = sum()
  const left = tokens[at]
  if (left !== undefined) throw new CalculatorError(`"${left}" was not expected here.`)
  if (!Number.isFinite(value)) throw new CalculatorError('The answer is too large.')
  return value
}

function readTokens(expression: string): readonly string[] {
  const tokens: string[] = []
  const pattern = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?|\.\d+)|([-+*/%^()]))/iy
  while (expression.slice(pattern.lastIndex).trim() !== '') {
    const start = pattern.lastIndex
    const found = pattern.exec(expression)
    const token = found?.[1] ?? found?.[2]
    if (token === undefined) {
      const odd = expression.slice(start).trim().slice(0, 1)
      throw new CalculatorError(`"${odd}" does not belong in an expression.`)
    }
    tokens.push(token)
  }
  return tokens
}
