import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export const schemaCommand = (deps: Deps) =>
  withExamples(
    new Command('schema')
      .description('Print the JSON Schema of an order, for editors and for Pulse')
      .action(() => schema(deps)),
    'nexusctl order schema > order.schema.json',
  )

export async function schema({ api, io }: Deps): Promise<void> {
  const found = await api.call('getOrderSchema')
  io.answer(found, () => JSON.stringify(found, null, 2))
}
