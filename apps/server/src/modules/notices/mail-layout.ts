import { createHash } from 'node:crypto'
import { plainLine, plainText } from '../../platform/plain-text.ts'

/** What a mail is made of. Text and HTML come from the same blocks, so neither says less than the other. */
export type Block =
  | { readonly heading: string }
  | { readonly paragraph: string }
  | { readonly facts: ReadonlyArray<readonly [string, string]> }
  | { readonly list: readonly string[] }
  | { readonly link: { readonly text: string; readonly href: string } }

export type MailContent = { readonly subject: string; readonly text: string; readonly html: string }

export const asHtml = (value: string): string =>
  plainText(value).replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)

/** Only web addresses become links; anything else stays words. */
const isWeb = (href: string): boolean => URL.canParse(href) && ['http:', 'https:'].includes(new URL(href).protocol)

const textOf = (block: Block): string => {
  if ('heading' in block)
    return `${plainLine(block.heading)}\n${'-'.repeat(Math.min(plainLine(block.heading).length, 60))}`
  if ('paragraph' in block) return plainText(block.paragraph)
  if ('facts' in block) return block.facts.map(([name, value]) => `${plainLine(name)}: ${plainLine(value)}`).join('\n')
  if ('list' in block) return block.list.map((each) => `- ${plainLine(each)}`).join('\n')
  return `${plainLine(block.link.text)}:\n${plainLine(block.link.href, 2000)}`
}

const cell = 'style="padding:2px 16px 2px 0;vertical-align:top"'

const htmlOf = (block: Block): string => {
  if ('heading' in block) return `<h2 style="font-size:18px;margin:24px 0 4px">${asHtml(plainLine(block.heading))}</h2>`
  if ('paragraph' in block) return `<p>${asHtml(block.paragraph).replaceAll('\n', '<br>')}</p>`
  if ('facts' in block) {
    const rows = block.facts.map(
      ([name, value]) => `<tr><td ${cell}>${asHtml(name)}</td><td ${cell}><b>${asHtml(value)}</b></td></tr>`,
    )
    return `<table style="border-collapse:collapse">${rows.join('')}</table>`
  }
  if ('list' in block) return `<ul>${block.list.map((each) => `<li>${asHtml(each)}</li>`).join('')}</ul>`
  const { text, href } = block.link
  const shown = asHtml(plainLine(href, 2000))
  return isWeb(href) ? `<p>${asHtml(text)}:<br><a href="${shown}">${shown}</a></p>` : `<p>${asHtml(text)}: ${shown}</p>`
}

/** The subject is one line without control characters, so no value can add a header. */
export function layOut(subject: string, blocks: readonly Block[]): MailContent {
  const line = plainLine(subject, 180)
  const body = blocks.map(htmlOf).join('\n')
  return {
    subject: line,
    text: `${blocks.map(textOf).join('\n\n')}\n`,
    html:
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${asHtml(line)}</title></head>` +
      `<body style="font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:2em auto;padding:0 1em">\n${body}\n</body></html>\n`,
  }
}

const decoded = (link: string) => link.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))

/** The mail as it is kept: every link is its hash, so it can be recognised and not be followed. */
export function withoutLinks(content: MailContent): MailContent {
  const hide = (text: string) =>
    text.replace(
      /https?:\/\/[^\s"'<>]+/g,
      (link) => `[link sha256:${createHash('sha256').update(decoded(link)).digest('hex').slice(0, 32)}]`,
    )
  return { subject: hide(content.subject), text: hide(content.text), html: hide(content.html) }
}
