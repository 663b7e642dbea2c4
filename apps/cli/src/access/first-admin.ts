import { Command } from 'commander'
import { withExamples } from '../command.ts'
import { keptAuthority } from '../context/add.ts'
import { contextsFile, saveContext } from '../contexts.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'
import { moment } from '../show.ts'

export type FirstAdminOptions = { readonly email: string; readonly name: string; readonly keepAs: string }

export const firstAdminCommand = (deps: Deps) =>
  withExamples(
    new Command('first-admin')
      .argument('<e-mail>', 'the address of the first admin')
      .requiredOption('--name <name>', 'what the first admin is called')
      .option('--keep-as <context>', 'the context to keep the token in', 'default')
      .description('With the bootstrap token of a new server: make the first admin, and keep the token')
      .action((email: string, options: Omit<FirstAdminOptions, 'email'>) => firstAdmin(deps, { email, ...options })),
    "nexusctl access first-admin you@example.com --name 'Your Name' --token-file /var/lib/nexus/bootstrap-token",
  )

export async function firstAdmin(deps: Deps, { email, name, keepAs }: FirstAdminOptions): Promise<void> {
  const { server, token } = await deps.connection()
  if (deps.chosen.tokenFile === '-') throw misused('The bootstrap token is read from a file here.')
  if (!token) throw misused('This takes the bootstrap token.', 'Give its file with --token-file.')
  const made = await deps.api.call('createFirstAdmin', { body: { name, email } })
  const file = contextsFile(deps.environment)
  await saveContext(file, keepAs, { server, token: made.token, ...keptAuthority(deps.chosen) })
  deps.io.answer({ person: made.person, expiresAt: made.expiresAt, context: keepAs }, () =>
    [
      `${made.person.name} is the first admin (${made.person.id}).`,
      `The token holds until ${moment(made.expiresAt)} and is kept as context ${keepAs} in ${file}`,
    ].join('\n'),
  )
}
