import { z } from 'zod'
import { type Block, layOut, type MailContent } from './mail-layout.ts'

const line = z.string().trim().min(1).max(300)
const web = z.url({ protocol: /^https?$/ }).max(500)

export const LaunchValues = z.strictObject({
  customer: line,
  nexusUrl: web,
  identityName: line,
  identityUrl: web,
  adminEmail: z.email(),
  /** The invite link by reference; it becomes the link when the mail is written. */
  /** Of an invitation and of nothing else: what it stands for is written into a mail. */
  inviteRef: z
    .string()
    .max(300)
    .regex(/^secret:[^/@]+\/admin-invite@\d+$/, 'This is not the reference of an invitation.'),
  inviteExpiresAt: z.iso.datetime(),
  support: line,
  slaResponseTimes: z
    .array(z.strictObject({ severity: line, response: line }))
    .min(1)
    .max(12),
})
export type LaunchValues = z.infer<typeof LaunchValues>

/** The launch e-mail: Nexus URL, login, first admin, support, SLA (S0-129..133). */
export function launchMail(values: LaunchValues, inviteLink: string): MailContent {
  const until = `${values.inviteExpiresAt.slice(0, 16).replace('T', ' ')} UTC`
  const blocks: readonly Block[] = [
    { paragraph: `Hello ${values.customer},` },
    { paragraph: 'Your Nexus is live.' },
    { link: { text: 'Your Nexus', href: values.nexusUrl } },
    { heading: 'The first administrator' },
    {
      paragraph: `${values.adminEmail} is invited as the first administrator. Open the link, choose a password, and sign in. The link works once, until ${until}.`,
    },
    { link: { text: 'Invitation', href: inviteLink } },
    {
      paragraph:
        'If the link has ended, ask the support channel below for a new one. Do not pass it on: whoever opens it first becomes the administrator.',
    },
    { heading: 'How to sign in' },
    {
      list: [
        `Open ${values.nexusUrl} and choose "Sign in".`,
        `You are taken to ${values.identityName} at ${values.identityUrl}.`,
        `Enter ${values.adminEmail} and your password; you come back signed in.`,
      ],
    },
    { heading: 'Support' },
    { facts: [['Support channel', values.support]] },
    { heading: 'How fast we answer' },
    { facts: values.slaResponseTimes.map(({ severity, response }) => [severity, response] as const) },
  ]
  return layOut(`Your Nexus is live: ${new URL(values.nexusUrl).host}`, blocks)
}
