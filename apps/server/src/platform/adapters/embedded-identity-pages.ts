import { createHash } from 'node:crypto'

const asHtml = (text: string): string => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)

const style = `
:root{color-scheme:light dark;--line:#c9ced6;--ink:#14181f;--soft:#5b6572;--paper:#fff;--back:#f3f5f8;--act:#1550c4;--bad:#a3141f}
@media(prefers-color-scheme:dark){:root{--line:#3a424e;--ink:#eef1f5;--soft:#a5afbc;--paper:#1a1f27;--back:#11151b;--act:#7aa7ff;--bad:#ff8f97}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:25rem;margin:12vh auto 2rem;padding:2rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem}
h1{font-size:1.35rem;line-height:1.25;margin:0 0 .5rem}p{margin:.25rem 0 1rem;color:var(--soft)}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input{width:100%;padding:.6rem .7rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.4rem}
input:focus-visible,button:focus-visible{outline:3px solid var(--act);outline-offset:2px}
button{width:100%;margin-top:1.5rem;padding:.65rem;font:inherit;font-weight:600;color:var(--paper);background:var(--act);border:0;border-radius:.4rem;cursor:pointer}
[role=alert]{color:var(--bad);font-weight:600}`

const styleHash = createHash('sha256').update(style).digest('base64')

/** Forms may lead only to this provider and to the addresses that the client registered. */
export const contentSecurityPolicy = (formOrigins: readonly string[] = []): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action ${["'self'", ...formOrigins].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
  `<meta name="robots" content="noindex"><title>${asHtml(title)}</title><style>${style}</style></head>` +
  `<body><main><h1>${asHtml(title)}</h1>${body}</main></body></html>`

const alert = (sentence: string | undefined) => (sentence ? `<p role="alert">${asHtml(sentence)}</p>` : '')

export const loginPage = (wish: {
  readonly tenant: string
  readonly organization: string
  readonly action: string
  readonly email?: string
  readonly problem?: string | undefined
}): string =>
  page(
    `Sign in to ${wish.organization}`,
    `<p>Your account of ${asHtml(wish.tenant)}.</p>${alert(wish.problem)}` +
      `<form method="post" action="${asHtml(wish.action)}">` +
      `<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="username" required autofocus value="${asHtml(wish.email ?? '')}">` +
      `<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>` +
      '<button type="submit">Sign in</button></form>',
  )

export const invitePage = (wish: {
  readonly email: string
  readonly organization: string
  readonly action: string
  readonly shortest: number
  readonly problem?: string | undefined
}): string =>
  page(
    `Welcome to ${wish.organization}`,
    `<p>Choose the password of ${asHtml(wish.email)}. It has at least ${wish.shortest} characters.</p>${alert(wish.problem)}` +
      `<form method="post" action="${asHtml(wish.action)}">` +
      `<input type="hidden" name="username" autocomplete="username" value="${asHtml(wish.email)}">` +
      `<label for="password">New password</label><input id="password" name="password" type="password" autocomplete="new-password" minlength="${wish.shortest}" required autofocus>` +
      `<label for="again">The same again</label><input id="again" name="again" type="password" autocomplete="new-password" minlength="${wish.shortest}" required>` +
      '<button type="submit">Set password</button></form>',
  )

export const noticePage = (
  title: string,
  sentence: string,
  link?: { readonly href: string; readonly text: string },
): string =>
  page(
    title,
    `<p>${asHtml(sentence)}</p>${link ? `<p><a href="${asHtml(link.href)}">${asHtml(link.text)}</a></p>` : ''}`,
  )

/** The library hands over a form without a button; its action and token are its own. */
export const logoutPage = (form: string): string =>
  page(
    'Sign out?',
    `<p>You leave every application that you signed in to here.</p>${form}` +
      '<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>',
  )
