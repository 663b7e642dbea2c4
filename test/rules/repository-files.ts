import { readdir, readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** Files below folders of the repository, as paths from its root; what is installed or built is left out. */
export async function filesIn(...folders: string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
      return entries.filter((each) => each.isFile()).map((each) => relative(root, join(each.parentPath, each.name)))
    }),
  )
  return found
    .flat()
    .filter((file) => !/(^|\/)(node_modules|dist|out)(\/|$)/.test(file))
    .sort()
}

export const isCode = (file: string): boolean => /\.tsx?$/.test(file)
export const isTest = (file: string): boolean => /\.test\.tsx?$|\/test\//.test(file)

export const textOf = (file: string): Promise<string> => readFile(join(root, file), 'utf8')

/** The text without comments; a rule is about what runs. */
export const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
