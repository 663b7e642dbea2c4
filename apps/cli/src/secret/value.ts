import type { Deps } from '../deps.ts'
import { fail } from '../failure.ts'

/** Without the line break that editors and `echo` put at the end. */
export async function readValue({ readText }: Pick<Deps, 'readText'>, file: string): Promise<string> {
  const value = (await readText(file)).replace(/\r?\n$/, '')
  if (value !== '') return value
  throw fail('secret.empty', 'invalid', `${file === '-' ? 'stdin' : file} holds no value.`)
}
