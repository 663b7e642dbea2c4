/**
 * Text from hosts, customers and files as it may reach a terminal, a log, a mail or a page: control characters
 * (but line feed and tab) and bidirectional marks are taken out, and it ends after `limit` characters.
 */
export function plainText(text: string, limit = 4096): string {
  const clean = text
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
      '',
    )
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean
}

/** The same on one line. */
export const plainLine = (text: string, limit = 400): string => plainText(text.replace(/\s+/g, ' ').trim(), limit)
