import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export const schemaCommand = (deps: Deps) =>
  withExamples(
    new Command('schema')
      .description('Print the JSON Schema of a stack manifest, for editors')
      .action(() => schema(deps)),
    'nexusctl stack schema > stack.schema.json',
  )

export async function schema({ api, io }: Deps): Promise<void> {
  const found = await api.call('getStackSchema')
  io.answer(found, () => JSON.stringify(found, null, 2))
}
