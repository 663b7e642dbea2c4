const terminalSequence = /\u001b\[[0-9;?]*[ -/]*[@-~]/g
const hiddenMarks =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

/**
 * Text from hosts, customers and files as it may reach a terminal, a log, a mail or a page: control characters
 * (but line feed and tab) and bidirectional marks are taken out, and it ends after `limit` characters.
 */
export function plainText(text: string, limit = 4096): string {
  const clean = text.replace(terminalSequence, '').replace(hiddenMarks, '')
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean
}

/** Whether nothing but line breaks would be taken out, and no half of a character is left alone. */
export const isPlain = (text: string): boolean =>
  text.isWellFormed() && text.replaceAll('\r', '').replace(hiddenMarks, '').length === text.replaceAll('\r', '').length

/** The same on one line. */
export const plainLine = (text: string, limit = 400): string => plainText(text.replace(/\s+/g, ' ').trim(), limit)

/** The same for text that is JSON already: marks that are written as escapes (`\u001b`) go as well. */
export const plainJson = (json: string): string =>
  json
    .replace(/\\(?:u([0-9a-f]{4})|.)/gis, (written, code: string | undefined) => {
      const hidden = code === undefined ? /^\\[bfr]$/.test(written) : isHidden(Number.parseInt(code, 16))
      return hidden ? '' : written
    })
    .replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g, '')

const isHidden = (code: number): boolean => String.fromCharCode(code).replace(hiddenMarks, '') === ''
