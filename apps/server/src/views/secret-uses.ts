import type { Db } from '../platform/db.ts'

export type SecretUse = { readonly subject: string; readonly place: string }

/**
 * Where a reference is held: instances and their variables, what they have of identity and OpenClaw, tenants, open
 * invites. What a person reads before they rotate, and after it: who is still on the old version.
 */
export const secretUses = (db: Db, ref: string): Promise<SecretUse[]> =>
  db.rows<SecretUse>(
    `select v.instance_id as subject, 'environment ' || v.name as place from instance_variable v
       join instance i on i.id = v.instance_id where v.secret_ref = $1 and i.state <> 'withdrawn'
     union all
     select i.id, p.place from instance i,
       lateral (values ('database password', i.database_password_ref), ('database address', i.database_url_ref),
         ('client secret of the identity provider', i.identity ->> 'clientSecret'),
         ('address of OpenClaw', i.openclaw ->> 'urlRef'), ('key of OpenClaw', i.openclaw ->> 'keyRef')) p (place, ref)
      where p.ref = $1 and i.state <> 'withdrawn'
     union all
     select t.tenant, 'client of the tenant' from tenant t where t.client_secret_ref = $1
     union all
     select n.tenant, 'open invite' from invite n where n.invite_ref = $1 and n.replaced_at is null
     order by 1, 2`,
    [ref],
  )
