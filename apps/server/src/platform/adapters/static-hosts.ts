import { NexusError } from '../errors.ts'

/** Your own machines: they are added by hand, and nobody makes, rebuilds or destroys them. */
export function staticHosts() {
  const refuse = (act: string) => async (): Promise<never> => {
    throw new NexusError('host.is_static', 'conflict', `Your own machines are never ${act} by Nexus.`, {
      hint: 'Add a machine with nexusctl host add, or use a provider that rents them out.',
    })
  }
  const none = async (): Promise<readonly never[]> => []
  return {
    name: 'static',
    can: { create: false, rebuild: false, destroy: false },
    create: refuse('made'),
    rebuild: refuse('rebuilt'),
    destroy: refuse('destroyed'),
    list: none,
    find: async (): Promise<undefined> => undefined,
    findByLabel: none,
  }
}
