/** What is a secret by its looks, wherever it stands. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  [/\bnx[tb]_[A-Za-z0-9_-]{20,}/g, '[token]'],
  [/\bwhsec_[A-Za-z0-9+/=]{16,}/g, '[webhook secret]'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[token]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[key id]'],
  [/\b(authorization["']?\s*[:=]\s*["']?(?:bearer|basic)\s+)[^\s"',]+/gi, '$1[masked]'],
  [/\b(bearer )[A-Za-z0-9._~+/=-]{16,}/gi, '$1[masked]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, '$1[masked]@'],
  [
    /((?:password|passwd|secret|api[_-]?key|token|credential)["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s,;"'}]+)/gi,
    '$1[masked]',
  ],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[address]'],
]

export type Mask = (text: string) => string

const shortest = 8

/** Takes out values that are known to be secret, also as they look in JSON, in a URL or in base64, and what looks like one. */
export function maskOf(known: readonly string[]): Mask {
  const values = known
    .filter((each) => each.trim().length >= shortest)
    .flatMap((each) => [
      each,
      JSON.stringify(each).slice(1, -1),
      encodeURIComponent(each),
      Buffer.from(each).toString('base64'),
    ])
  const longestFirst = [...new Set(values)].sort((one, other) => other.length - one.length)
  return (text) => {
    const without = longestFirst.reduce((left, each) => left.replaceAll(each, '[masked]'), text)
    return shapes.reduce((left, [shape, instead]) => left.replace(shape, instead), without)
  }
}
