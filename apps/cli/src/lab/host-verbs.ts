import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate } from './delegate.ts'

const verbs = {
  start: 'Start a host that was stopped or killed',
  stop: 'Stop a host cleanly',
  kill: 'Stop a host suddenly, as a lost machine would',
  cut: 'Cut the network of a host',
  heal: 'Give a host its network back',
  reboot: 'Restart a host',
  destroy: 'Remove a host and its disk',
} as const

/** One word, one host: they differ in the word alone. */
export const hostVerbCommands = (deps: Deps): Command[] =>
  Object.entries(verbs).map(([verb, description]) =>
    withExamples(
      new Command(verb)
        .argument('<host>', 'the name or id of a host of the lab, or svc for its services')
        .description(description)
        .action((host: string) => delegate(deps, [verb, host])),
      `nexusctl lab ${verb} metal-1`,
    ),
  )
