import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { releaseText } from './release.ts'

export type RegisterOptions = { readonly folder: string; readonly manifest?: string }

export const registerCommand = (deps: Deps) =>
  withExamples(
    new Command('register')
      .argument('<folder>', 'below the folder of stacks on the control plane')
      .option('--manifest <file>', 'the manifest in that folder, where it is not the usual one')
      .description('Take a stack from a folder of the control plane as a release; the same content is the same release')
      .action((folder: string, options: Omit<RegisterOptions, 'folder'>) => register(deps, { folder, ...options })),
    'nexusctl release register reference',
  )

export async function register({ api, io }: Deps, { folder, manifest }: RegisterOptions): Promise<void> {
  const found = await api.call('registerRelease', { body: { folder, manifest }, timeoutSeconds: 300 })
  for (const { path, message } of found.warnings) io.say(`WARN: ${path}: ${message}`)
  io.answer(found, () => releaseText(found))
}
