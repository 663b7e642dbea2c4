import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { filesIn, isCode, isTest, textOf } from './repository-files.ts'

type Named = { readonly name: string; readonly text: string; readonly opens: boolean }
type Opened = { readonly where: string; readonly permission: boolean; readonly trail: boolean }

const nameOf = (node: ts.Node): string | undefined => {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText()
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return undefined
  const { parent } = node
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : undefined
}

/** Every named function of a file with the text that is its own: the functions named inside it are left out. */
function functionsOf(file: string, text: string): Named[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Named[] = []
  const look = (node: ts.Node, own: string[]): void => {
    const name = nameOf(node)
    if (name === undefined) {
      if (ts.isIdentifier(node) && !ts.isShorthandPropertyAssignment(node.parent)) own.push(node.text)
      ts.forEachChild(node, (each) => look(each, own))
      return
    }
    const inside: string[] = []
    ts.forEachChild(node, (each) => look(each, inside))
    const words = ` ${inside.join(' ')} `
    found.push({ name, text: words, opens: words.includes(' inTransaction ') })
  }
  look(source, [])
  return found
}

const says = (text: string, words: readonly string[]) => words.some((each) => text.includes(` ${each} `))

/** What asks and what writes: the house's own, and words of another file that do nothing else. */
const asks = ['requirePermission', 'require', 'requireBootstrap']
const writes = ['recordAudit']

function openedIn(file: string, text: string): Opened[] {
  if (!text.includes('inTransaction')) return []
  const all = functionsOf(file, text)
  /** Through functions of the same file, however many. */
  const reaches = (words: readonly string[], from: Named, seen = new Set<string>()): boolean =>
    says(from.text, words) ||
    all.some(
      (each) =>
        each !== from &&
        !seen.has(each.name) &&
        from.text.includes(` ${each.name} `) &&
        reaches(words, each, new Set([...seen, from.name])),
    )
  /** What only functions that ask can call need not ask again. */
  const asked = (one: Named, seen = new Set<string>()): boolean => {
    if (says(one.text, asks)) return true
    const callers = all.filter((each) => each !== one && !seen.has(each.name) && says(each.text, [one.name]))
    const direct = callers.filter((each) => !/^(\w*(Service|Verbs|Desk|deployments|Pool|Host|Admin))$/.test(each.name))
    return direct.length > 0 && direct.every((each) => asked(each, new Set([...seen, one.name])))
  }
  return all
    .filter((each) => each.opens)
    .map((each) => ({ where: `${file}#${each.name}`, permission: asked(each), trail: reaches(writes, each) }))
}

const server = 'apps/server/src'
/** Functions that open a transaction without asking for a permission, each with its reason. */
const askNobody: Readonly<Record<string, string>> = {
  'app/http-idempotency.ts#claim': 'keeps that a request was made, before its own route asks',
  'app/keepers.ts#promiseAfterLive': 'called by the step that went live, which asked',
  'app/keepers.ts#work': 'the house itself, in rounds; verbs of modules ask it',
  'app/schedules.ts#one': 'the house itself takes a due promise; its keeper calls verbs, which ask',
  'modules/access/access-service.ts#recordRefusal': 'somebody was refused: there is nobody to ask',
  'modules/access/access-service.ts#revokeToken': 'one of their own, or access.write: seen once the token is locked',
  'modules/approvals/approval-service.ts#lapseOver': 'the house itself, in rounds: time is over for whoever asked',
  'modules/secrets/master-key-rotation.ts#settle': 'the start itself',
  'modules/access/person-sign-in.ts#endSession': 'one of their own, or access.write: seen once the session is locked',
  'modules/access/person-sign-in.ts#open': 'whoever the identity provider has proven; the account decides',
  'modules/access/first-admin.ts#bootstrap': 'the start itself, while there is no admin',
  'modules/hosts/provide-host.ts#add': 'called by verbs that asked for hosts.write',
  'modules/hosts/rebuild-host.ts#finish': 'called by verbs that asked for hosts.write',
  'modules/hosts/rebuild-host.ts#rebuildAt': 'called by verbs that asked for hosts.write',
  'modules/instances/certificate-order.ts#move': 'called by the verbs of certificate-service.ts, which asked',
  'modules/instances/instance-environment.ts#generateMissing':
    'called by the step that validates the environment, which asked',
  'modules/instances/instance-environment.ts#keepDatabaseSecrets': 'called by the step that installs, which asked',
  'modules/trail/sequencer.ts#placeEntries': 'the house itself; it changes nothing that happened',
  'modules/trail/trail-check.ts#check': 'the house itself, in rounds',
  'modules/trail/trail-log.ts#ensureKey': 'the house itself, at the first checkpoint',
  'modules/trail/trail-log.ts#rotate': 'called by the verb of trail-service.ts, which asked',
  'modules/trail/trail-log.ts#send': 'the house itself: a receipt',
  'modules/trail/trail-log.ts#sign': 'the house itself; it changes nothing that happened',
}
/** Functions that open a transaction without a trail entry of their own, each with its reason. */
const leaveNoTrail: Readonly<Record<string, string>> = {
  'app/http-idempotency.ts#claim': 'a key of a request, no state of anything',
  'app/keepers.ts#promiseAfterLive': 'part of going live, whose entry is written by orders',
  'app/keepers.ts#work': 'starts a run, which is a record itself',
  'app/schedules.ts#one': 'what the keeper changes has its own entry',
  'modules/secrets/master-key-rotation.ts#resealAll': 'the same values under another key; moving to it has the entry',
  'modules/contacts/contact-service.ts#find': 'only looks, at one moment of all tables',
  'modules/access/access-service.ts#createPerson': 'written by admit of access-writing.ts in the same transaction',
  'modules/access/access-service.ts#createToken': 'written by issue of access-writing.ts in the same transaction',
  'modules/hosts/claim-host.ts#destroy': 'a wish to a provider and its receipt; the change of the host has the entry',
  'modules/hosts/host-pool.ts#refillOne': 'written by add of provide-host.ts in the same transaction',
  'modules/hosts/buy-host.ts#buy': 'a wish to a provider; the change of the host has the entry',
  'modules/hosts/buy-host.ts#takeFirst': 'a receipt of a provider; the change of the host has the entry',
  'modules/hosts/rebuild-host.ts#finish': 'a receipt of a provider; the change of the host has the entry',
  'modules/hosts/rebuild-host.ts#rebuildAt': 'a wish to a provider; the change of the host has the entry',
  'modules/instances/edge-service.ts#nextWish':
    'the number of a wish; the verbs that change routes or domains write the entry',
  'modules/orders/draft-order.ts#create': 'written by keep of order-desk.ts in the same transaction',
  'modules/orders/order-desk.ts#hold': 'for work that keeps the order itself, by keep',
  'modules/trail/sequencer.ts#placeEntries': 'the places of entries; nothing of what happened',
  'modules/trail/trail-log.ts#ensureKey': 'written by addSigningKey of trail-keys.ts in the same transaction',
  'modules/trail/trail-log.ts#rotate': 'written by addSigningKey of trail-keys.ts in the same transaction',
  'modules/trail/trail-log.ts#send': 'that a checkpoint arrived outside; an entry would ask for another checkpoint',
  'modules/trail/trail-log.ts#sign': 'a checkpoint; an entry would ask for another one',
}

describe('every function that opens a transaction', () => {
  const look = async () => {
    const folders = ['modules', 'flows', 'views', 'app'].map((each) => `${server}/${each}`)
    const files = (await filesIn(...folders)).filter((file) => isCode(file) && !isTest(file))
    return (await Promise.all(files.map(async (file) => openedIn(file, await textOf(file))))).flat()
  }
  let looked: ReturnType<typeof look> | undefined
  const opened = () => (looked ??= look())
  const short = (where: string) => where.slice(server.length + 1)

  test('asks for a permission, or is named here with its reason', async () => {
    const found = (await opened()).filter((each) => !each.permission).map((each) => short(each.where))

    expect([...new Set(found)].sort()).toEqual(Object.keys(askNobody).sort())
  })

  test('writes the trail, or is named here with its reason', async () => {
    const found = (await opened()).filter((each) => !each.trail).map((each) => short(each.where))

    expect([...new Set(found)].sort()).toEqual(Object.keys(leaveNoTrail).sort())
  })
})

describe('the rule', () => {
  test('sees a planted verb that asks nobody and one that leaves no trail', () => {
    const planted = `
      export const service = ({ db }) => ({
        bad: (id) => db.inTransaction(async (tx) => save(tx, id)),
        good: (actor, id) => { requirePermission(actor, 'x'); return db.inTransaction((tx) => recordAudit(tx, actor, id)) },
      })`

    expect(openedIn('planted.ts', planted).map(({ permission, trail }) => [permission, trail])).toEqual([
      [false, false],
      [true, true],
    ])
  })
})
