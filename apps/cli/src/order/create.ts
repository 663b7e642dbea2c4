import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { readObject } from '../show.ts'
import { checklistText } from './check.ts'
import { changedText, fieldsOf } from './order.ts'

export type CreateOptions = { readonly file: string; readonly paid?: boolean }

export const createCommand = (deps: Deps) =>
  withExamples(
    new Command('create')
      .description('Write down a draft and show what is still missing before payment')
      .requiredOption('-f, --file <file>', 'YAML or JSON with the fields of the order, - for stdin')
      .option('--paid', 'it is paid: take it as Pulse would send it, and deliver it')
      .action((options: CreateOptions) => create(deps, options)),
    'nexusctl order create -f order.yaml',
    'nexusctl order create --paid -f examples/orders/acme.json',
  )

export async function create(deps: Deps, { file, paid = false }: CreateOptions): Promise<void> {
  const { api, io, now } = deps
  const body = fieldsOf(await readObject(deps, file))
  if (paid) {
    const order = await api.call('placeOrder', { body })
    return io.answer(order, () => `${changedText(order, now())}\nSee it: nexusctl order watch ${order.ticket}`)
  }
  const order = await api.call('draftOrder', { body })
  const found = await api.call('checkOrder', {
    params: { number: order.ticket },
  })
  io.answer({ ...order, checklist: found }, () => `Draft ${order.ticket} is kept.\n${checklistText(found)}`)
}
