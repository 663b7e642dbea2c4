import type { Db } from '../platform/db.ts'

export type EscapeHost = {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly address: string | null
  readonly port: number
  readonly user: string
  readonly hostKey: string | null
  readonly jump: string | null
  readonly provider: string
  readonly providerId: string | null
  readonly region: string
  readonly plan: string
  readonly ticket: string | null
  readonly customer: string | null
}

export type EscapeInstance = {
  readonly id: string
  readonly customer: string
  readonly ticket: string
  readonly domain: string
  readonly stack: string
  readonly state: string
  readonly host: string | null
  readonly backup: {
    readonly snapshot: string
    readonly repository: string
    readonly keyRef: string
    readonly takenAt: string
  } | null
}

export type EscapeCertificate = {
  readonly domain: string
  readonly until: string
  readonly serial: string | null
  readonly host: string | null
}

/** Hosts that are not gone, by name. */
export const escapeHosts = (db: Db): Promise<EscapeHost[]> =>
  db.rows<EscapeHost>(
    `select h.id, h.name, h.state, h.address, h.port, h.login_user as "user", h.host_key as "hostKey", h.jump, h.provider,
       h.provider_id as "providerId", h.region, h.plan, h.ticket, o.organization as customer
     from host h left join orders o on o.id = h.order_id where h.state <> 'retired' order by h.name`,
  )

/** What customers have, each with its newest backup that was taken whole. */
export const escapeInstances = (db: Db): Promise<EscapeInstance[]> =>
  db.rows<EscapeInstance>(
    `select i.id, o.organization as customer, o.ticket, i.domain, i.stack, i.state, h.name as host,
       (select jsonb_build_object('snapshot', b.snapshot, 'repository', b.repository, 'keyRef', b.key_ref, 'takenAt', b.taken_at)
        from backup b where b.instance_id = i.id and b.state in ('taken', 'proven') and b.snapshot is not null
        order by b.taken_at desc limit 1) as backup
     from instance i join orders o on o.id = i.order_id left join host h on h.id = i.host_id
     where i.state <> 'withdrawn' order by i.domain`,
  )

/** The ones in use, the next to end first. */
export const escapeCertificates = (db: Db): Promise<EscapeCertificate[]> =>
  db.rows<EscapeCertificate>(
    `select c.domain, to_char(c.not_after at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as until, c.serial, h.name as host
     from certificate c left join instance i on i.id = c.instance_id left join host h on h.id = i.host_id
     where c.state = 'valid' and c.not_after is not null order by c.not_after, c.domain`,
  )
