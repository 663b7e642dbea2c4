import { z } from 'zod'
import { LabError } from './lab-error.ts'
import type { Answer, Asked } from './lab-http.ts'
import { type MailBehaviour, mailModes } from './mail-catcher.ts'
import type { CaughtMail, MailStore } from './mail-store.ts'

const Behaviour = z.object({ mode: z.enum(mailModes) })

/** The caught mail, for people and for programs. */
export const mailPage =
  (store: MailStore, behaviour: MailBehaviour) =>
  async (asked: Asked): Promise<Answer> => {
    const [, first = '', second = '', third = ''] = asked.path.split('/')
    const route = `${asked.method} /${first}${second && `/${second}`}${third && '/:id'}`
    if (route === 'GET /') return { status: 200, html: page('Mail', listHtml(await store.list())) }
    if (asked.method === 'GET' && first === 'messages')
      return { status: 200, html: mailHtml(await mailOf(store, second)) }
    if (route === 'GET /api/messages')
      return { status: 200, json: await store.list(asked.query.get('to') ?? undefined) }
    if (route === 'GET /api/messages/:id') return { status: 200, json: await mailOf(store, third) }
    if (route === 'DELETE /api/messages') {
      await store.clear()
      return { status: 204 }
    }
    if (route === 'GET /api/behaviour') return { status: 200, json: behaviour }
    if (route === 'POST /api/behaviour') {
      const wish = Behaviour.safeParse(await asked.body())
      if (!wish.success) throw new LabError('request.invalid', `mode must be one of ${mailModes.join(', ')}.`)
      behaviour.mode = wish.data.mode
      return { status: 200, json: behaviour }
    }
    throw new LabError('route.not_found', `There is no ${asked.method} ${asked.path} here.`)
  }

async function mailOf(store: MailStore, id: string): Promise<CaughtMail> {
  const mail = await store.find(id)
  if (!mail) throw new LabError('mail.not_found', `There is no mail ${id}.`)
  return mail
}

const safe = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const page = (title: string, inside: string): string => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${safe(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}table{width:100%;border-collapse:collapse}
td,th{text-align:left;padding:.4rem;border-bottom:1px solid #ccc}pre{white-space:pre-wrap;background:#f5f5f5;padding:1rem}
iframe{width:100%;height:32rem;border:1px solid #ccc}</style><h1>${safe(title)}</h1>${inside}</html>`

const listHtml = (mails: readonly CaughtMail[]): string =>
  mails.length === 0
    ? '<p>No mail has been caught yet.</p>'
    : `<table><tr><th>Received</th><th>To</th><th>Subject</th></tr>${mails.map(rowHtml).join('')}</table>`

const rowHtml = ({ id, date, to, subject }: CaughtMail): string =>
  `<tr><td>${safe(date)}</td><td>${safe(to.join(', '))}</td><td><a href="/messages/${id}">${safe(subject || '(none)')}</a></td></tr>`

const mailHtml = ({ from, to, date, messageId, subject, text, html }: CaughtMail): string =>
  page(
    subject || '(no subject)',
    `<p><a href="/">All mail</a></p><p>From ${safe(from)} to ${safe(to.join(', '))}, ${safe(date)}<br>${safe(messageId)}</p>
<h2>Text</h2><pre>${safe(text)}</pre>${html ? `<h2>HTML</h2><iframe sandbox title="HTML part" srcdoc="${safe(html)}"></iframe>` : ''}`,
  )
