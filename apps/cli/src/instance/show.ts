import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { instanceArgument, instanceIdOf, instanceText } from './instance.ts'

export const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .argument(...instanceArgument)
      .description('Show an instance: its addresses, host and slots')
      .action((instance: string) => show(deps, { instance })),
    'nexusctl instance show acme.example',
  )

export async function show({ api, io }: Deps, { instance }: { readonly instance: string }): Promise<void> {
  const instanceId = await instanceIdOf(api, instance)
  const found = await api.call('getInstance', { params: { instanceId } })
  io.answer(found, () => instanceText(found))
}
