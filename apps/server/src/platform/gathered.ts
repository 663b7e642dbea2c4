import { isDatabaseAway } from './database-away.ts'

/**
 * Asks one question at a time; what comes meanwhile is gathered and asked together in the next one, at most `atMost` items.
 * `ask` answers in the order of its items. Where a question about many fails, each is asked by itself, so that an item
 * spoils nothing but its own answer; a database that is away is away for all of them.
 */
export function gathered<Item, Answer>(
  ask: (items: readonly Item[]) => Promise<readonly Answer[]>,
  atMost = 100,
): (item: Item) => Promise<Answer> {
  type Asker = {
    readonly item: Item
    readonly answer: (answer: Answer) => void
    readonly refuse: (thrown: unknown) => void
  }
  const waiting: Asker[] = []
  let asking = false

  async function askFor(some: readonly Asker[]): Promise<void> {
    try {
      const answers = await ask(some.map((each) => each.item))
      for (const [place, each] of some.entries()) each.answer(answers[place] as Answer)
    } catch (thrown) {
      if (some.length === 1 || isDatabaseAway(thrown)) for (const each of some) each.refuse(thrown)
      else await Promise.all(some.map((each) => askFor([each])))
    }
  }

  async function askAll(): Promise<void> {
    asking = true
    while (waiting.length > 0) await askFor(waiting.splice(0, atMost))
    asking = false
  }

  return (item) =>
    new Promise((answer, refuse) => {
      waiting.push({ item, answer, refuse })
      if (!asking) void askAll()
    })
}
