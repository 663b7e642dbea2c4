import { paidOrder, postWebhook } from '../../apps/server/test/harness/pretend-shop.ts'
import type { Rig } from '../../test/faults/harness/rig.ts'
import { hammer } from './measuring.ts'

type Figure = Awaited<ReturnType<typeof hammer>>

export type Intake = {
  readonly bare: Figure
  readonly oneNode: Figure
  readonly twoNodes: Figure
  readonly posts: number
}

const atOnce = 10
/** Without an address nothing is delivered: what is measured is the door alone. */
const incomplete = { initialAdminEmail: undefined }

/** Orders by webhook against a bare insert of the same text, by one node and by two. */
export async function intake(rig: Rig, posts: number): Promise<Intake> {
  await rig.db.rows('create table bench_order (id text primary key, body text not null)')
  const bare = await hammer(posts, atOnce, (at) =>
    rig.db.rows('insert into bench_order values ($1, $2)', [`b${at}`, JSON.stringify(paidOrder(`B${at}`, incomplete))]),
  )
  const by = (name: string) =>
    hammer(posts, atOnce, async (at) => {
      const nodes = rig.living()
      const node = nodes[at % nodes.length]
      const said = await postWebhook(node?.address ?? '', 'order_paid', paidOrder(`${name}${at}`, incomplete))
      if (said.status !== 202) throw new Error(`The webhook answered ${said.status}.`)
    })
  await by('Warm')
  const oneNode = await by('One')
  await rig.startNode()
  const twoNodes = await by('Two')
  return { bare, oneNode, twoNodes, posts }
}

/** The first few orders of a new Nexus. */
export async function openOrders(rig: Rig, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await rig.order(`First${at}`, incomplete)
}

export type Reads = { readonly orders: number; readonly first: Figure; readonly deep: Figure }

/** Pages of the list of orders: the first, and one far back. */
export async function reads(rig: Rig): Promise<Reads> {
  const [row] = await rig.db.rows<{ count: number }>('select count(*) as count from orders')
  const page = async (after?: string) => {
    const answer = await rig.api('GET', `/orders?limit=5${after === undefined ? '' : `&after=${after}`}`)
    if (answer.status !== 200) throw new Error(`The list answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body['next']
  }
  await page()
  const next = String(await page())
  return {
    orders: row?.count ?? 0,
    first: await hammer(60, 1, () => page()),
    deep: await hammer(60, 1, () => page(next)),
  }
}

/** As many more orders as there are to be, each like one that is there. */
export async function fillOrders(rig: Rig, upTo: number): Promise<void> {
  await rig.db.rows(
    `insert into orders select copy.* from (select o as one from orders o order by id limit 1) base,
       generate_series(1, $1 - (select count(*)::int from orders)) n,
       jsonb_populate_record(base.one, jsonb_build_object('id', 'ord_bench' || n, 'ticket', 'NX-B' || n, 'order_number', 'BENCH-' || n)) copy`,
    [upTo],
  )
  await rig.db.rows('analyze orders')
}
