/** One word for a POSIX shell, whatever it holds. */
export const sh = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
