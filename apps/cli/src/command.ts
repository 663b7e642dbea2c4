import { Command } from 'commander'

const shown = new WeakMap<Command, readonly string[]>()

/** Every command shows how it is used; commands.test.ts refuses one that does not. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  shown.set(command, examples)
  return command.addHelpText('after', `\nExamples:\n${examples.map((each) => `  ${each}`).join('\n')}`)
}

export const examplesOf = (command: Command): readonly string[] => shown.get(command) ?? []

/** A noun and its verbs. */
export function noun(name: string, description: string, verbs: readonly Command[]): Command {
  const group = new Command(name).description(description)
  for (const verb of verbs) group.addCommand(verb)
  return group
}

/** A noun inside a noun: without a verb it does the first one. */
export function group(name: string, description: string, verbs: readonly Command[]): Command {
  const found = new Command(name).description(description)
  for (const [index, verb] of verbs.entries()) found.addCommand(verb, { isDefault: index === 0 })
  return found
}

/** Settings do not go down by themselves to commands that were made elsewhere. */
export function inheritSettings(parent: Command): void {
  for (const child of parent.commands) {
    child.copyInheritedSettings(parent)
    inheritSettings(child)
  }
}

export const isNoun = (command: Command): boolean => command.commands.length > 0

export const pathOf = (command: Command): string => {
  const parent = command.parent
  return parent ? `${pathOf(parent)} ${command.name()}` : command.name()
}

/** Every command with a deed of its own, depth first. */
export const leaves = (command: Command): Command[] => (isNoun(command) ? command.commands.flatMap(leaves) : [command])
