import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'
import { table } from '../io.ts'

export type EraseOptions = { readonly email: string; readonly reason?: string; readonly dryRun?: boolean }

export const eraseCommand = (deps: Deps) =>
  withExamples(
    new Command('erase')
      .argument('<e-mail>', 'the address of a contact of a customer')
      .option('--dry-run', 'only show where something of them is')
      .option('--reason <text>', 'why; it stands in the trail')
      .description('Erase a contact from orders, runs, evidence and copies of mails; takes a second person')
      .action((email: string, options: Omit<EraseOptions, 'email'>) => eraseContact(deps, { email, ...options })),
    'nexusctl contact erase kim@customer.example --dry-run',
    "nexusctl contact erase kim@customer.example --reason 'request of 3 March'",
  )

export async function eraseContact({ api, io }: Deps, { email, reason, dryRun = false }: EraseOptions): Promise<void> {
  if (!dryRun && !reason) throw misused('This takes --reason.', 'Or --dry-run to look first.')
  const found = dryRun
    ? await api.call('findContact', { body: { email } })
    : await api.call('eraseContact', { body: { email, reason }, timeoutSeconds: 300 })
  const rows = Object.entries(found.places).map(([place, count]) => [place, String(count)])
  io.answer(found, () =>
    [
      rows.length === 0 ? 'Nothing of them is here.' : table(['table', 'rows'], rows),
      dryRun ? '' : `Erased: ${found.rows} rows. The trail names them ${found.contact}.`,
    ]
      .filter((each) => each !== '')
      .join('\n'),
  )
}
