import { Command } from 'commander'
import { type Check, checkLine } from '../checks.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { instanceArgument, instanceIdOf } from './instance.ts'

export type ChecksOptions = { readonly instance: string; readonly evidence?: boolean }

export const checksCommand = (deps: Deps) =>
  withExamples(
    new Command('checks')
      .argument(...instanceArgument)
      .option('--evidence', 'also what was asked, from where, and what came back')
      .description('Show the newest result of each check of an instance')
      .action((instance: string, options: Omit<ChecksOptions, 'instance'>) => checks(deps, { instance, ...options })),
    'nexusctl instance checks acme.example',
    'nexusctl instance checks acme.example --evidence',
  )

export async function checks({ api, io }: Deps, { instance, evidence = false }: ChecksOptions): Promise<void> {
  const instanceId = await instanceIdOf(api, instance)
  const { items } = await api.call('listInstanceChecks', { params: { instanceId } })
  io.answer(items, () => checksText(items, evidence))
}

export function checksText(items: readonly Check[], evidence: boolean): string {
  if (items.length === 0) return 'Nothing was checked yet.'
  return items.flatMap((each) => [checkLine(each), ...(evidence ? evidenceOf(each) : [])]).join('\n')
}

const evidenceOf = ({ asked, vantage, at, evidence }: Check): string[] => [
  `      asked ${asked} from ${vantage} at ${at}`,
  ...(evidence ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => `      | ${line}`),
]
