import type { Lab } from './lab-view.ts'
import type { CaughtMail } from './mail-store.ts'
import type { Server } from './provider-api.ts'

export function statusText(lab: Lab, servers: readonly Server[]): string {
  const rows = servers.map(({ id, name, address, state, cut }) => [
    name,
    id,
    address,
    cut ? `${state}, cut off` : state,
  ])
  return [
    `Lab      ${lab.home}, ${lab.network} on ${lab.bridge}`,
    `DNS      ${lab.dns.address} for *.test, changed at ${lab.dns.management}`,
    `ACME     ${lab.acme.directory}`,
    `Mail     ${lab.mail.host}:${lab.mail.port}, read at ${lab.mail.page}`,
    `Provider ${lab.provider.url}`,
    `Login    ssh -i ${lab.ssh.key} root@ADDRESS   (hosts of \`up --hosts\` and \`add\`)`,
    '',
    rows.length === 0 ? 'No hosts.' : table([['NAME', 'ID', 'ADDRESS', 'STATE'], ...rows]),
  ].join('\n')
}

export const mailText = ({ from, to, date, subject, messageId, text }: CaughtMail): string =>
  `From: ${from}\nTo: ${to.join(', ')}\nReceived: ${date}\nSubject: ${subject}\nMessage-ID: ${messageId}\n\n${text}`

export const mailTable = (mails: readonly CaughtMail[]): string =>
  mails.length === 0
    ? 'No mail has been caught.'
    : table([['ID', 'TO', 'SUBJECT'], ...mails.map(({ id, to, subject }) => [id, to.join(', '), subject])])

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
