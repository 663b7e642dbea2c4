import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { moment } from '../show.ts'

export const tasksCommand = (deps: Deps) =>
  withExamples(
    new Command('tasks')
      .description('List the open tasks of my orders, and of orders nobody owns')
      .action(() => tasks(deps)),
    'nexusctl order tasks',
  )

export async function tasks({ api, io }: Deps): Promise<void> {
  const { items } = await api.call('listOrderTasks')
  io.answer(items, () =>
    items.length === 0
      ? 'No open tasks.'
      : table(
          ['ticket', 'task', 'since', 'what'],
          items.map((task) => [task.ticket, task.id, moment(task.createdAt) ?? '', task.title]),
        ),
  )
}
