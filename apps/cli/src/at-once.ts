/** Does the work for each, at most so many at once; the answers are in the order of the items. */
export async function eachAtOnce<Item, Answer>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  const line = items.entries()
  const serve = async () => {
    for (const [place, item] of line) answers[place] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, serve))
  return answers
}
