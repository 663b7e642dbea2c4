import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Lab, whyNoLab } from '@nexus/lab'
import { createApi } from '../api.ts'
import { contextsFile, saveContext } from '../contexts.ts'
import type { Io } from '../io.ts'
import { watchOrder } from '../order/watch.ts'
import { buildConsole, packStack } from './build-parts.ts'
import { endNode, startAgain, startClean } from './earlier-quickstart.ts'
import type { QuickstartFlags } from './flags.ts'
import { labSettings, placeBelow, type QuickstartPlace, secretIn, writeSettings } from './lab-settings.ts'
import { keepNode, untilReady } from './node-keeper.ts'
import { openOwnMachine } from './own-host.ts'
import { ownOrder, watchOwnOrder } from './own-host-order.ts'
import { mailsOf, pretendSettings, sayingPretend } from './pretend-settings.ts'
import { quickstartDeps } from './quickstart-deps.ts'
import { bringUpLab, runLab } from './quickstart-lab.ts'
import { node, root } from './quickstart-programs.ts'
import { type Outcome, printSummary, summaryOf } from './summary.ts'
import { postOrder } from './webhook.ts'

/** The whole way: what is missing is installed, everything is started, the order is posted and watched. Answers the exit code. */
export async function runQuickstart(flags: QuickstartFlags, talk: Io): Promise<number> {
  const began = Date.now()
  const home =
    process.env['NEXUS_HOME'] ||
    (process.getuid?.() === 0 ? '/var/lib/nexus-quickstart' : join(homedir(), '.local/share/nexus-quickstart'))
  const ownPlace = placeBelow(`${home}-own`)
  const place = flags.host ? ownPlace : placeBelow(home)
  if (flags.stop) {
    await endNode(ownPlace)
    return stopKept(place, talk)
  }
  const whyNot = whyNoLab()
  const hosts = flags.host ? 'own' : flags.pretend || whyNot ? 'pretend' : 'lab'
  const io = hosts === 'pretend' ? sayingPretend(talk) : talk
  if (hosts === 'pretend' && whyNot) io.say(`The lab cannot run here: ${whyNot}`)
  if (hosts === 'pretend') {
    io.say('PRETEND HOSTS: nothing below touches a real machine. The real thing: run this as root on Debian or Ubuntu,')
    io.say('or bring a machine of your own: ./bin/quickstart --host ssh://user@address --domain your.example')
  }

  const own = flags.host ? await openOwnMachine(flags, place, io) : undefined
  if (own) await startAgain(place)
  else await startClean(place, io)
  await packStack(place, io)
  await buildConsole(io)
  const lab = hosts === 'lab' ? await bringUpLab(io) : undefined
  const port = await freePort(7400)
  const settings = own ? await own.settingsFor(port) : await settingsFor({ hosts, flags, place, lab, port })
  await writeSettings(place.config, settings)

  const server = `http://127.0.0.1:${port}`
  const environment = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NEXUS_CONFIG: place.config,
    ...sshAgent(),
  }
  const keeper = await keepNode({
    program: node,
    words: [join(root, 'apps/server/src/main.ts')],
    environment,
    log: place.log,
    pidFile: place.pidFile,
    detached: flags.keep,
    say: io.say,
  })
  let interrupted = false
  const interrupt = new AbortController()
  process.once('SIGINT', () => {
    interrupted = true
    interrupt.abort()
  })
  process.once('SIGTERM', () => {
    interrupted = true
    interrupt.abort()
  })

  try {
    io.say(`Nexus starts on ${server} (log: ${place.log})`)
    await untilReady(keeper, server, place.log, 120)
    const token = await firstAdmin(server, place)
    await saveContext(contextsFile(process.env), 'quickstart', { server, tokenFile: place.tokenFile })
    const api = createApi({ connect: async () => ({ server, token }) })
    await api.call('registerRelease', {
      body: { folder: 'reference', manifest: `stack.${flags.runtime}.yaml` },
      timeoutSeconds: 120,
    })

    const deps = quickstartDeps(io, api, { server, token })
    const aborted = new Promise<undefined>((done) => interrupt.signal.addEventListener('abort', () => done(undefined)))
    const isIn = own ? await Promise.race([own.bringIn(deps), aborted]) : true
    if (!isIn) return interrupted ? 130 : 1
    const order = own
      ? await ownOrder(flags, join(root, 'examples/orders/acme.json'), new Date())
      : await orderFor(flags)
    const ticket = await postOrder({ server, secret: await secretIn(place.webhookSecret), order })
    io.say(`Order ${order['orderNumber']} was taken: ticket ${ticket}. Kill nexusd if you like: the run goes on.`)
    const watched = await Promise.race([
      own
        ? watchOwnOrder(deps, { ticket, seconds: 3 * 86_400, signal: interrupt.signal })
        : watchOrder(deps, { ticket, until: 'Live', timeoutSeconds: 1800 }),
      aborted,
    ])
    if (!watched || interrupted) return 130
    const outcome: Outcome = await summaryOf({
      api,
      ticket,
      watched,
      hosts,
      lab,
      server,
      place,
      root,
      seconds: (Date.now() - began) / 1000,
    })
    printSummary(io, outcome, flags, lab)
    if (hosts === 'pretend') io.say(`Mails went to nobody; they are files in ${mailsOf(place)}`)
    const live = outcome.state === 'Live'
    if (flags.once || flags.keep || !live) return live ? 0 : 1
    io.say('Everything keeps running until Ctrl-C.')
    await new Promise<void>((done) => interrupt.signal.addEventListener('abort', () => done()))
    return 0
  } finally {
    await own?.close()
    if (!flags.keep) {
      io.say('Stopping...')
      await keeper.stop()
      await rm(place.pidFile, { force: true })
      if (lab) await runLab(['down'], io)
      io.say('Stopped. Nothing is left running.')
    }
  }
}

const sshAgent = () => (process.env['SSH_AUTH_SOCK'] ? { SSH_AUTH_SOCK: process.env['SSH_AUTH_SOCK'] } : {})

async function settingsFor({
  hosts,
  flags,
  place,
  lab,
  port,
}: {
  hosts: string
  flags: QuickstartFlags
  place: QuickstartPlace
  lab: Lab | undefined
  port: number
}): Promise<Record<string, unknown>> {
  if (lab)
    return labSettings({ lab, place, port, identityPort: await freePort(7443, lab.gateway), runtime: flags.runtime })
  if (hosts === 'pretend')
    return { ...(await pretendSettings({ place, port, identityPort: await freePort(7443) })), runtime: flags.runtime }
  throw new Error(`Quickstart on ${hosts} hosts is not built yet; the lab needs root on Debian or Ubuntu.`)
}

/** The first free port from `wanted` on, so that a running Nexus or another quickstart is left alone. */
async function freePort(wanted: number, host = '127.0.0.1'): Promise<number> {
  for (let port = wanted; port < wanted + 50; port += 1) {
    const free = await new Promise<boolean>((done) => {
      const probe = createServer()
      probe.once('error', () => done(false))
      probe.listen(port, host, () => probe.close(() => done(true)))
    })
    if (free) return port
  }
  throw new Error(`No port from ${wanted} to ${wanted + 49} is free on ${host}.`)
}

/** Makes the first admin with the bootstrap token of the 0600 file, keeps the admin's own token in another. */
async function firstAdmin(server: string, place: QuickstartPlace): Promise<string> {
  const kept = await readFile(place.tokenFile, 'utf8').catch(() => '')
  if (kept) return kept.trim()
  const file = join(place.home, 'bootstrap-token')
  const limit = Date.now() + 20_000
  while (!existsSync(file) && Date.now() < limit) await new Promise((done) => setTimeout(done, 100))
  const bootstrap = (await readFile(file, 'utf8')).trim()
  const api = createApi({ connect: async () => ({ server, token: bootstrap }) })
  const made = await api.call('createFirstAdmin', {
    body: { name: 'Quickstart', email: 'quickstart@nexus.test' },
  })
  await mkdir(dirname(place.tokenFile), { recursive: true })
  await writeFile(place.tokenFile, made.token, { mode: 0o600 })
  return made.token
}

/** The sample order, paid now; its number is new each time, as the shop's would be. */
async function orderFor(flags: QuickstartFlags): Promise<Record<string, unknown>> {
  const file = flags.order ?? join(root, 'examples/orders/acme.json')
  const order = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  const paid = { ...(order['payment'] as object), paidAt: new Date().toISOString() }
  const fresh = { ...order, payment: paid, ...(flags.order ? {} : { orderNumber: `P-${Date.now()}` }) }
  return fresh
}

/** Ends what --keep left: nexusd drains, Postgres ends with it, the lab goes down. */
async function stopKept(place: QuickstartPlace, io: Io): Promise<number> {
  await endNode(place)
  await rm(place.pidFile, { force: true })
  if (!whyNoLab()) await runLab(['down'], io)
  io.say('Stopped. Nothing is left running.')
  return 0
}
