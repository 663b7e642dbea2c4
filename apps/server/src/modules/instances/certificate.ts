import { NexusError } from '../../platform/errors.ts'
import type { DomainName } from './domain.ts'

export type CertificateState = 'wanted' | 'ordered' | 'issued' | 'installed' | 'valid' | 'superseded' | 'failed'

/** The life of a certificate. It counts (`valid`) only after it was seen from outside. */
export const certificateMoves = {
  wanted: ['ordered', 'failed'],
  ordered: ['issued', 'wanted', 'failed'],
  issued: ['installed', 'failed'],
  installed: ['valid', 'issued', 'failed'],
  valid: ['superseded'],
  superseded: [],
  failed: [],
} as const satisfies Record<CertificateState, readonly CertificateState[]>

export type Certificate = {
  readonly id: string
  readonly instanceId: string
  readonly domain: DomainName
  readonly names: readonly string[]
  readonly tenant: string
  readonly directoryUrl: string
  readonly state: CertificateState
  /** Kept before the request is handed in, so that an order that was cut off is taken up again and not doubled. */
  readonly orderUrl?: string
  readonly serial?: string
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly renewAt?: Date
  readonly failure?: string
  readonly createdAt: Date
}

export const isUnderWay = (state: CertificateState): boolean =>
  ['wanted', 'ordered', 'issued', 'installed'].includes(state)

export function moveCertificate(certificate: Certificate, to: CertificateState): Certificate {
  if (certificate.state === to) return certificate
  const allowed: readonly CertificateState[] = certificateMoves[certificate.state]
  if (allowed.includes(to)) return { ...certificate, state: to }
  throw new NexusError(
    'certificate.cannot_move',
    'conflict',
    `Certificate ${certificate.id} is ${certificate.state} and cannot become ${to}.`,
  )
}

/** At two thirds of its life, or when its authority says so, if that is in time. */
export function renewalTime(notBefore: Date, notAfter: Date, suggested?: Date): Date {
  const twoThirds = new Date(notBefore.getTime() + ((notAfter.getTime() - notBefore.getTime()) * 2) / 3)
  return suggested !== undefined && suggested < notAfter ? suggested : twoThirds
}

export const certificateNotFound = (domain: string) =>
  new NexusError('certificate.not_found', 'missing', `There is no certificate for ${domain}.`, {
    hint: 'nexusctl instance show',
  })
