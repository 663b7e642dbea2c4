/** One word of a POSIX shell, whatever is in it: single quotes around, and none of its own left standing. */
export const sh = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** A whole command line of words. */
export const shLine = (words: readonly string[]): string => words.map(sh).join(' ')
