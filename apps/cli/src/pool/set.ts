import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'

export type SetOptions = { readonly region: string; readonly plan: string; readonly target: number }

export const setCommand = (deps: Deps) =>
  withExamples(
    new Command('set')
      .argument('<region>', 'where the hosts stand')
      .argument('<plan>', 'what they can carry')
      .argument('<n>', 'how many spares there should be, 0 to 500', countOf)
      .description('Say how many spare hosts there should be; they are made one after the other')
      .action((region: string, plan: string, target: number) => setTarget(deps, { region, plan, target })),
    'nexusctl pool set eu-central standard 3',
  )

export async function setTarget({ api, io }: Deps, target: SetOptions): Promise<void> {
  const found = await api.call('setPoolTarget', { body: target })
  io.answer(
    found,
    () => `${found.target} spare hosts for ${found.plan} in ${found.region}.\nSee them come: nexusctl pool show`,
  )
}

function countOf(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 500) return Number(text)
  throw misused(`${text} is no number from 0 to 500.`)
}
