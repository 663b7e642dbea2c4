import { Argument, Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { bashCompletion, fishCompletion, wordsOf, zshCompletion } from './completion-scripts.ts'

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const
type Shell = keyof typeof scripts

export const completionCommand = ({ io }: Deps, program: Command) =>
  withExamples(
    new Command('completion')
      .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
      .description('Print what a shell needs to complete words')
      .action((shell: Shell) => io.print(scripts[shell](wordsOf(program)).trimEnd())),
    'nexusctl completion bash > /etc/bash_completion.d/nexusctl',
    'nexusctl completion zsh > "${fpath[1]}/_nexusctl"',
    'nexusctl completion fish > ~/.config/fish/completions/nexusctl.fish',
  )
