import { addressIn, places } from './address-range.ts'
import { releaseOf } from './base-image.ts'
import { LabError, messageOf } from './lab-error.ts'
import { writeJson, writeWhole } from './lab-files.ts'
import { openHosts } from './lab-hosts.ts'
import { openHttp } from './lab-http.ts'
import { labPaths } from './lab-paths.ts'
import { loadState } from './lab-state.ts'
import { labView } from './lab-view.ts'
import { type MailBehaviour, openMailCatcher } from './mail-catcher.ts'
import { mailPage } from './mail-page.ts'
import { mailStore } from './mail-store.ts'
import { providerApi } from './provider-api.ts'

const lookEveryMs = 1000

/** Work that takes longer is left to the next daemon, which finds it on disk. */
const finishMs = 5000

/**
 * The one background process of a lab: the provider, the mail catcher and its page. Holds nothing that is not on disk;
 * killed at any moment, the next one goes on. Hosts run on without it.
 */
export async function runDaemon(): Promise<void> {
  const paths = labPaths()
  const state = await loadState(paths)
  if (!state) throw new LabError('lab.not_up', `There is no lab at ${paths.home}.`)
  await writeWhole(paths.daemonPid, `${process.pid}\n`)
  const log = (line: string) => void process.stderr.write(`${new Date().toISOString()} ${line}\n`)
  process.on('unhandledRejection', (error) => log(`unexpected: ${messageOf(error)}`))

  let ready = false
  let writing = Promise.resolve()
  const changed = () => {
    if (!ready) return
    writing = writing
      .then(() => writeJson(paths.labFile, labView(paths, state, hosts.list())))
      .catch((error: unknown) => log(messageOf(error)))
  }
  const hosts = await openHosts(paths, state, log, changed)
  const behaviour: MailBehaviour = { mode: 'normal' }
  const store = mailStore(paths.mail)
  const gateway = addressIn(state.prefix, places.gateway)
  await openMailCatcher({ hosts: [gateway, '127.0.0.1'], port: state.ports.smtp }, behaviour, store, log)
  await openHttp(state.ports.mailPage, mailPage(store, behaviour))
  await hosts.takeOver()
  ready = true
  changed()
  await writing
  await openHttp(state.ports.provider, providerApi(hosts, { token: state.token, release: releaseOf(state.release) }))
  log(`ready as process ${process.pid}`)
  setInterval(() => hosts.look().catch((error: unknown) => log(messageOf(error))), lookEveryMs)
  process.on('SIGTERM', () => {
    const busy = hosts.busy()
    log(busy.length > 0 ? `asked to end, first finishing with ${busy.join(', ')}` : 'asked to end')
    setTimeout(() => process.exit(0), finishMs)
    void hosts.idle().then(() => process.exit(0))
  })
}
