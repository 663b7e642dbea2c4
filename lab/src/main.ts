import { trust, untrust } from './browser-trust.ts'
import { type LabCommand, readArguments, usage } from './lab-arguments.ts'
import { signWith } from './lab-ca.ts'
import { runDaemon } from './lab-daemon.ts'
import { down } from './lab-down.ts'
import { exits, LabError, messageOf } from './lab-error.ts'
import { labPaths } from './lab-paths.ts'
import { mailTable, mailText, statusText } from './lab-report.ts'
import { up } from './lab-up.ts'
import { readLab } from './lab-view.ts'
import type { CaughtMail } from './mail-store.ts'
import { providerClient } from './provider-client.ts'
import { whyNoLab } from './why-no-lab.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const print = (text: string): void => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))

async function perform(command: LabCommand): Promise<void> {
  const paths = labPaths()
  if (command.verb === 'help') return print(usage)
  const reason = whyNoLab()
  if (reason) throw new LabError('lab.cannot_run', reason, exits.cannotRun)
  if (command.verb === 'daemon') return runDaemon()
  if (command.verb === 'down') return down(paths, command.all, say)
  if (command.verb === 'cert') return certificate(command)
  if (command.verb === 'up') {
    const lab = await up(paths, command, say)
    say("Hosts of the lab are root on this kernel without a user namespace: run only this repository's stack in them.")
    return command.json ? printJson(lab) : print(statusText(lab, await providerClient(lab).list()))
  }
  const lab = await readLab(paths)
  const provider = providerClient(lab)
  if (command.verb === 'status')
    return command.json ? printJson(await readLab(paths)) : print(statusText(lab, await provider.list()))
  if (command.verb === 'mail-list' || command.verb === 'mail-show') return mail(command, lab.mail.page)
  if (command.verb === 'trust') {
    await trust(lab, say)
    return print(`ADDRESS-OF-THE-HOST app.example.test api.example.test`)
  }
  if (command.verb === 'untrust') return untrust(lab, say)
  if (command.verb === 'add') {
    const host = await provider.untilRunning(
      (await provider.add(command.name, { labels: { lab: 'added' }, memory: command.memory })).id,
    )
    return command.json
      ? printJson(host)
      : print(`${host.name}  ${host.address}  ssh -i ${lab.ssh.key} root@${host.address}`)
  }
  const { id } = await provider.find(command.name)
  if (command.verb === 'destroy') await provider.destroy(id)
  else await provider.act(id, command.verb)
  if (command.verb === 'start') await provider.untilRunning(id)
}

async function certificate({ names, seconds, json }: Extract<LabCommand, { verb: 'cert' }>): Promise<void> {
  const isAddress = (name: string) => /^[\d.]+$|:/.test(name)
  const addresses = names.filter(isAddress)
  const signed = await signWith(labPaths(), { names: names.filter((name) => !isAddress(name)), addresses, seconds })
  return json ? printJson(signed) : print(`${signed.cert}${signed.key}`)
}

async function mail(command: Extract<LabCommand, { verb: 'mail-list' | 'mail-show' }>, page: string): Promise<void> {
  const path = command.verb === 'mail-list' ? 'api/messages' : `api/messages/${encodeURIComponent(command.id)}`
  const response = await fetch(new URL(path, page), { signal: AbortSignal.timeout(10_000) })
  const answer: unknown = await response.json()
  if (!response.ok) throw new LabError('mail.not_found', (answer as { message: string }).message, exits.missing)
  if (command.json) return printJson(answer)
  if (command.verb === 'mail-list') return print(mailTable(answer as CaughtMail[]))
  return print(mailText(answer as CaughtMail))
}

try {
  await perform(readArguments(process.argv.slice(2)))
} catch (error) {
  say(messageOf(error))
  process.exit(error instanceof LabError ? error.exit : exits.failed)
}
