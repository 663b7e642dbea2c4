import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

export type CertOptions = { readonly names: readonly string[]; readonly seconds: string }

export const certCommand = (deps: Deps) =>
  withExamples(
    new Command('cert')
      .argument('<name...>', 'the names and addresses it is for')
      .option('--seconds <n>', 'how long it holds', '3600')
      .description("Make a server certificate of the lab's own authority")
      .action((names: readonly string[], { seconds }: { seconds: string }) => cert(deps, { names, seconds })),
    'nexusctl lab cert app.acme.test --seconds 60',
  )

export const cert = (deps: Deps, { names, seconds }: CertOptions): Promise<void> =>
  delegate(deps, ['cert', ...names, ...passedOn('--seconds', seconds)])
