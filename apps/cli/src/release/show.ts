import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { releaseText } from './release.ts'

export const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .argument('<release>', 'the id, as listed by `nexusctl release list`')
      .description('Show a release with its artifacts and their sums')
      .action((releaseId: string) => show(deps, { releaseId })),
    'nexusctl release show rel_01hx',
  )

export async function show({ api, io }: Deps, { releaseId }: { readonly releaseId: string }): Promise<void> {
  const release = await api.call('getRelease', { params: { releaseId } })
  io.answer(release, () => releaseText(release))
}
