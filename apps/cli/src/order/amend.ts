import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { readObject } from '../show.ts'
import { changedText, fieldsOf, ticketArgument } from './order.ts'

export type AmendOptions = { readonly ticket: string; readonly file: string }

export const amendCommand = (deps: Deps) =>
  withExamples(
    new Command('amend')
      .argument(...ticketArgument)
      .description('Change fields of an order from a file; what is not in the file stays')
      .requiredOption('-f, --file <file>', 'YAML or JSON with the fields, - for stdin')
      .action((ticket: string, { file }: { file: string }) => amend(deps, { ticket, file })),
    'nexusctl order amend NX-1042 -f fields.yaml',
    'echo "technicalContact: {email: ops@acme.example}" | nexusctl order amend NX-1042 -f -',
  )

export async function amend(deps: Deps, { ticket, file }: AmendOptions): Promise<void> {
  const { api, io, now } = deps
  const body = fieldsOf(await readObject(deps, file))
  const order = await api.call('amendOrder', { params: { number: ticket }, body })
  io.answer(order, () => changedText(order, now()))
}
