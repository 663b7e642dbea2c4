import { NexusError } from '../../platform/errors.ts'

/** `secret:<tenant>/<name>@<version>`: what is stored and passed around in place of a value. */
export type SecretRef = string & { readonly __brand: 'SecretRef' }

export type SecretName = { readonly tenant: string; readonly name: string }
export type SecretVersion = SecretName & { readonly version: number }

export type Secret = SecretVersion & { readonly createdAt: Date; readonly createdBy: string }

const word = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
const reference = /^secret:([A-Za-z0-9][A-Za-z0-9._-]{0,99})\/([A-Za-z0-9][A-Za-z0-9._-]{0,99})@([1-9][0-9]{0,8})$/
export const longestValue = 65_536

export const isSecretWord = (text: string): boolean => word.test(text)

export const isSecretRef = (text: string): text is SecretRef => reference.test(text)

export const toRef = ({ tenant, name, version }: SecretVersion): SecretRef =>
  `secret:${tenant}/${name}@${version}` as SecretRef

export function fromRef(ref: string): SecretVersion {
  const [, tenant, name, version] = reference.exec(ref) ?? []
  if (tenant && name && version) return { tenant, name, version: Number(version) }
  throw new NexusError('secrets.bad_ref', 'invalid', 'This is not a reference to a secret.', {
    hint: 'A reference looks like secret:acme/API_KEY@1; `nexusctl secret list` shows them.',
  })
}

/** What the sealed value is bound to. */
export const boundTo = ({ tenant, name, version }: SecretVersion): string => `${tenant}/${name}/${version}`

export function requireSecretName({ tenant, name }: SecretName): void {
  if (isSecretWord(tenant) && isSecretWord(name)) return
  throw new NexusError(
    'secrets.bad_name',
    'invalid',
    'Tenant and name of a secret are letters, digits, dots, dashes and underscores.',
    {
      hint: 'They begin with a letter or digit and have at most 100 characters.',
    },
  )
}

export function requireSecretValue(value: string): void {
  if (value.length > 0 && Buffer.byteLength(value) <= longestValue) return
  throw new NexusError('secrets.bad_value', 'invalid', `A secret has 1 to ${longestValue} bytes.`)
}

export const secretNotFound = ({ tenant, name }: SecretName) =>
  new NexusError('secrets.not_found', 'missing', `There is no secret ${tenant}/${name}.`, {
    hint: `nexusctl secret list --tenant ${tenant}`,
  })

export const revealRefused = () =>
  new NexusError(
    'secrets.not_for_people',
    'forbidden',
    'Values of secrets go to where they are used, never to a person.',
    {
      hint: 'Rotate the secret when its value was lost.',
    },
  )
