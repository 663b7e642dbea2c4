import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Deployment, portPlan, stackOf } from '../src/modules/instances/index.ts'
import { toFailure } from '../src/platform/errors.ts'
import { installOn, type RentedHost, rentHost } from './harness/rented-host.ts'
import { type Workbench, workbench } from './harness/workbench.ts'

let rented: RentedHost
let bench: Workbench

beforeAll(async () => {
  rented = await rentHost('instances-test')
  ;[bench] = await Promise.all([workbench(rented), installOn(rented, ['postgresql', 'curl', 'restic'])])
})

afterAll(async () => {
  await bench?.close()
  await rented?.giveBack()
})

const onHost = async (script: string) => {
  const { exit, noise, stderr } = await rented.remote.run(rented.host, { name: 'look', script, timeoutSeconds: 60 })
  return { exit, said: noise.trim(), stderr }
}

const portsOf = async (releaseId: string) => portPlan(stackOf((await bench.releases.facts(releaseId)).manifest))

async function openInstance(orderId: string, environment = 'prod') {
  const { actor, instances, secrets } = bench
  const instance = await instances.open(actor, {
    orderId,
    environment,
    tenant: 'acme',
    stack: 'reference',
    plan: 'lab',
    hostId: rented.host.hostId,
    domain: `${orderId.replaceAll('_', '-')}.test`,
  })
  const clientSecret = await secrets.put(actor, {
    tenant: 'acme',
    name: 'client',
    value: 'a client secret of the test',
  })
  await instances.linkIdentity(actor, instance.id, {
    issuer: 'https://login.acme.test',
    clientId: 'acme',
    clientSecret,
    tenant: 'acme',
  })
  return instance
}

async function failure(work: Promise<unknown>) {
  return toFailure(
    await work.then(
      () => new Error('it succeeded'),
      (error: unknown) => error,
    ),
  )
}

describe('a release under systemd', () => {
  let at: Deployment

  test('goes through seven steps and is healthy on its host', async () => {
    const release = await bench.release('1.0.0', 'systemd')
    const { id } = await openInstance('ord_first')
    at = { instanceId: id, slot: 'a', releaseId: release.id }

    const answers = await bench.steps.deploy(bench.actor, at)

    expect(answers.map((each) => [each.step, each.status])).toEqual([
      ['fetchArtifact', 'done'],
      ['installDependencies', 'done'],
      ['validateEnvironment', 'done'],
      ['build', 'not_applicable'],
      ['migrateDatabase', 'done'],
      ['startServices', 'done'],
      ['smokeInside', 'done'],
    ])
    expect(answers.at(-1)?.checks?.map((each) => each.status)).not.toContain('fail')
  })

  test('runs as its own user, confined, with its environment closed to everyone else', async () => {
    const user = `nx-${at.instanceId.slice(4)}`
    const looked = await onHost(`set -eu
unit=nexus-${at.instanceId}-a-backend.service
echo $(for each in User NoNewPrivileges ProtectSystem Restart; do systemctl show -P "$each" "$unit"; done)
stat -c '%a %U' /srv/nexus/${at.instanceId}/env/a/backend.env
ps -o user:40= -p "$(systemctl show -P MainPID "$unit")"`)

    expect(looked.said.split('\n')).toEqual([`${user} yes strict always`, '600 root', user])
  })

  test('keeps secrets out of argv, units and logs, and the search finds planted ones', async () => {
    const secrets = [...bench.secrets.kept.values()]
    const planted = '-planted: no secret of anyone'
    const plant = `logger -- '${planted}'; journalctl --sync
bash -c 'exec -a "$0" sleep 50' '${planted}' > /dev/null 2>&1 & until grep -qaF -e '${planted}' /proc/$!/cmdline; do :; done`
    const found = async (values: readonly string[], before = '') => {
      const { said } = await onHost(`set -eu
looked=$(mktemp -d)
${before}
cat > "$looked/known" <<'known'
${values.join('\n')}
known
journalctl --no-pager > "$looked/journal"
grep -rlaF -f "$looked/known" /etc/systemd /var/log "$looked" /proc/[0-9]*/cmdline 2>/dev/null |
  sed "s|^$looked/||; s|^/proc/[0-9]*/|/proc/|" | sort
rm -r "$looked"`)
      return said.split('\n')
    }

    expect(secrets.length).toBeGreaterThan(3)
    expect(await found(secrets)).toEqual(['known'])
    expect(await found([planted], plant)).toEqual(expect.arrayContaining(['/proc/cmdline', 'journal', 'known']))
  })

  test('deployed again changes no secret and ends in the same place', async () => {
    const before = [...bench.secrets.kept.keys()]

    const answers = await bench.steps.deploy(bench.actor, at)

    expect(answers[0]?.summary).toContain('there already')
    expect([...bench.secrets.kept.keys()]).toEqual(before)
  })

  test('lets its role into its own database only', async () => {
    const url = bench.secrets.kept.get(`secret:acme/${at.instanceId}.database-url@1`) ?? ''
    const other = url.replace(/[^/]+$/, 'postgres')

    const looked = await onHost(
      `psql -Atc 'select current_user' '${url}'; psql -Atc 'select 1' '${other}' 2>&1 | grep -c rejects`,
    )

    expect(looked.said.split('\n')).toEqual([`nx_${at.instanceId.slice(4)}`, '1'])
  })

  test('shows its variables without their values, and its log', async () => {
    const lines = await bench.instances.env(bench.actor, at.instanceId)
    const log = await bench.instances.logs(bench.actor, at.instanceId, { service: 'backend', lines: 20 })

    expect(lines.filter((each) => each.required && !each.set)).toEqual([])
    expect(lines.find((each) => each.name === 'DATABASE_URL')?.reference).toMatch(/^secret:acme\//)
    expect(log).toContain('Server listening')
  })

  test('has its OpenClaw saved by reference for the order', async () => {
    const link = await bench.instances.linkOpenClaw(bench.actor, at.instanceId)
    const again = await bench.instances.linkOpenClaw(bench.actor, at.instanceId)

    const { a } = await portsOf(at.releaseId)
    expect(bench.secrets.kept.get(link.urlRef)).toBe(`http://127.0.0.1:${a.openclaw}`)
    expect(again).toEqual(link)
  })

  test('is backed up, and only the restored backup is good', async () => {
    const { actor, backups } = bench
    const before = await backups.check(actor, at.instanceId)
    const taken = await backups.backUp(actor, { instanceId: at.instanceId })
    const unproven = await backups.check(actor, at.instanceId)

    const proven = await backups.proveRestore(actor, { backupId: taken.id })

    expect([before.status, unproven.status]).toEqual(['unknown', 'unknown'])
    expect(taken.tables?.['public.schema_migration']).toBe(2)
    expect(proven.proof).toMatchObject({ agrees: true, migrationVersion: '2' })
    expect((await backups.check(actor, at.instanceId)).status).toBe('pass')
    expect(
      (
        await onHost(
          'runuser -u postgres -- psql -Atc "select count(*) from pg_database where datname like \'%_restore\'"',
        )
      ).said,
    ).toBe('0')
  })

  test('has a backup that is not good when the restored copy differs', async () => {
    const { actor, backups, db } = bench
    const taken = await backups.backUp(actor, { instanceId: at.instanceId })
    await db.rows(`update backup set tables = jsonb_set(tables, '{public.schema_migration}', '3') where id = $1`, [
      taken.id,
    ])

    const judged = await backups.proveRestore(actor, { backupId: taken.id })

    expect(judged.state).toBe('failed')
    expect(judged.failure).toContain('public.schema_migration: 3 rows saved, 2 restored')
    expect((await backups.check(actor, at.instanceId)).status).toBe('fail')
  })

  test('becomes the one that serves, and its slot then refuses another release', async () => {
    await bench.steps.activate(bench.actor, at)

    const other = await bench.release('1.0.1', 'systemd')
    const refused = await failure(bench.steps.fetchArtifact(bench.actor, { ...at, releaseId: other.id }))

    expect((await bench.instances.find(bench.actor, at.instanceId)).activeSlot).toBe('a')
    expect(refused.code).toBe('deployment.slot_in_use')
  })

  test('runs in slot b beside slot a', async () => {
    const other = await bench.releases.choose(bench.actor, { stack: 'reference', runtime: 'systemd', version: '1.0.1' })

    await bench.steps.deploy(bench.actor, { ...at, slot: 'b', releaseId: other.id })

    const { a, b } = await portsOf(other.id)
    const both = await onHost(
      `for port in ${a.backend} ${b.backend}; do echo "at $port: $(curl -s http://127.0.0.1:$port/health)"; done`,
    )
    expect(both.said).toContain('"release":"1.0.0"')
    expect(both.said).toContain('"release":"1.0.1"')
  })

  test('is gone from the host when it is withdrawn', async () => {
    await bench.instances.withdraw(bench.actor, at.instanceId)
    await bench.instances.withdraw(bench.actor, at.instanceId)

    const left =
      await onHost(`ls /etc/systemd/system | grep -c ${at.instanceId}; ls -d /srv/nexus/${at.instanceId} 2>/dev/null | wc -l
runuser -u postgres -- psql -Atc "select count(*) from pg_roles where rolname like 'nx_%'"
grep -c ${at.instanceId} "$(runuser -u postgres -- psql -Atc 'show hba_file')"`)
    expect(left.said.split('\n')).toEqual(['0', '0', '0', '0'])
  })
})

describe('a broken release stops at the step that is broken, with evidence', () => {
  const begin = async (version: string, fault: string) => {
    const release = await bench.release(version, 'systemd', fault)
    const instance = await openInstance(`ord_${fault.replaceAll('-', '_')}`)
    const at: Deployment = { instanceId: instance.id, slot: 'a', releaseId: release.id }
    const refused = await failure(bench.steps.deploy(bench.actor, at))
    const evidence = JSON.stringify(refused.problems)
    const running = await onHost(`systemctl list-units --plain --no-legend 'nexus-${instance.id}-*' | wc -l`)
    const after = await failure(bench.steps.smokeInside(bench.actor, at))
    const [slot] = await bench.instances.slots(bench.actor, instance.id)
    await bench.instances.withdraw(bench.actor, instance.id)
    return { refused, evidence, running: running.said, after, stepsDone: slot?.stepsDone }
  }

  test('a migration that fails: nothing was started, and no later step is let in', async () => {
    const { refused, evidence, running, after, stepsDone } = await begin('2.0.0-migration', 'migration')

    expect(refused.code).toBe('deployment.migrate_database_failed')
    expect(evidence).toContain('planned_fault_does_not_exist')
    expect(running).toBe('0')
    expect(after.code).toBe('deployment.out_of_order')
    expect(stepsDone).toBe(4)
  })

  test('a backend that does not start', async () => {
    const { refused, evidence } = await begin('2.0.0-start', 'backend-start')

    expect(refused.code).toBe('deployment.start_services_failed')
    expect(evidence).toContain('This release cannot start')
  })

  test('a backend that is not healthy', async () => {
    const { refused, evidence } = await begin('2.0.0-health', 'health')

    expect(refused.code).toBe('deployment.smoke_inside_failed')
    expect(evidence).toContain('backend is healthy')
  })

  test('an environment that is not complete: every variable is named at once and nothing lies on the host', async () => {
    const release = await bench.releases.choose(bench.actor, {
      stack: 'reference',
      runtime: 'systemd',
      version: '1.0.0',
    })
    const { actor, instances, steps } = bench
    const asked = { orderId: 'ord_bare', environment: 'prod', tenant: 'acme', stack: 'reference', plan: 'lab' }
    const instance = await instances.open(actor, { ...asked, hostId: rented.host.hostId, domain: 'bare.test' })

    const refused = await failure(steps.deploy(actor, { instanceId: instance.id, slot: 'a', releaseId: release.id }))

    expect(refused.code).toBe('deployment.validate_environment_failed')
    expect(refused.problems?.map((each) => each.path).sort()).toEqual([
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET',
      'OIDC_ISSUER',
      'TENANT',
    ])
    await instances.withdraw(actor, instance.id)
  })
})

/** Compose v2 is not in Debian 12: the plugin of its next release is one static program. */
const installDocker = `set -e
export DEBIAN_FRONTEND=noninteractive
apt-get install -qy --no-install-recommends docker.io >/dev/null
echo 'deb http://deb.debian.org/debian trixie main' > /etc/apt/sources.list.d/trixie.list
printf 'Package: *\\nPin: release n=trixie\\nPin-Priority: 50\\n' > /etc/apt/preferences.d/trixie
apt-get update -q >/dev/null 2>&1
cd /tmp && apt-get download -q docker-compose/trixie >/dev/null 2>&1 && dpkg -i --force-depends docker-compose_*.deb >/dev/null
docker compose version`

describe('a release under Compose', () => {
  test('goes through the same seven steps, on loopback only, and its backup is proven', async () => {
    const { actor, backups, instances, steps } = bench
    const made = await rented.remote.run(rented.host, {
      name: 'install docker',
      script: installDocker,
      timeoutSeconds: 600,
    })
    expect(made.exit, made.stderr).toBe(0)
    const release = await bench.release('1.0.0', 'compose')
    const { id } = await openInstance('ord_compose')

    const answers = await steps.deploy(actor, { instanceId: id, slot: 'a', releaseId: release.id })
    const published = await onHost(`docker ps --format '{{.Ports}}' | tr ',' '\\n' | grep -c '0.0.0.0\\|:::' || true`)
    const taken = await backups.backUp(actor, { instanceId: id })
    const proven = await backups.proveRestore(actor, { backupId: taken.id })
    await instances.withdraw(actor, id)
    const left = await onHost('docker ps -aq | wc -l')

    expect(answers.at(-1)?.checks?.every((each) => each.status === 'pass')).toBe(true)
    expect(published.said).toBe('0')
    expect(proven.state).toBe('proven')
    expect(left.said).toBe('0')
  })
})
