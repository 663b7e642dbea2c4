import type { Problem } from '../../platform/errors.ts'
import { didYouMean } from './nearest-name.ts'
import { type Slot, type StackManifest, type StackService, slots } from './stack-schema.ts'

/** What a schema cannot say: names that must exist, ports that must not meet, what each runtime needs. */
export function stackProblems(stack: StackManifest): Problem[] {
  return [...runtimeProblems(stack), ...nameProblems(stack), ...variableProblems(stack), ...portProblems(stack)]
}

function runtimeProblems(stack: StackManifest): Problem[] {
  const problems: Problem[] = []
  const say = (path: string, message: string) => problems.push({ path, message })
  if (Object.keys(stack.services).length === 0) say('services', 'A stack has at least one service.')
  if (stack.runtime === 'systemd') {
    if (!stack.artifact) say('artifact', 'Under systemd a stack names its artifact: artifact: { file: ... }.')
    if (stack.images) say('images', 'Images belong to the compose runtime.')
    if (stack.compose) say('compose', 'A Compose file belongs to the compose runtime.')
    for (const [name, each] of Object.entries(stack.services)) {
      if (!each.command) say(`services.${name}.command`, 'Under systemd each service has a command.')
    }
    return problems
  }
  if (stack.artifact) say('artifact', 'An artifact belongs to the systemd runtime; Compose has images.')
  if (!stack.images) say('images', 'Under Compose a stack names its images.')
  if (!stack.compose) say('compose', 'Under Compose a stack names its Compose file.')
  for (const [index, each] of (stack.images ?? []).entries()) {
    if ((each.file === undefined) === (each.pull === undefined)) {
      say(`images.${index}`, 'An image has either file (what docker save wrote) or pull (registry/name@sha256:...).')
    }
    if (each.login && !stack.variables[each.login.password]?.secret) {
      say(`images.${index}.login.password`, 'A registry login names a variable of this manifest that is secret.')
    }
  }
  return problems
}

function nameProblems(stack: StackManifest): Problem[] {
  const services = Object.keys(stack.services)
  const variables = Object.keys(stack.variables)
  const wanted: [path: string, name: string, known: readonly string[], what: string][] = []
  for (const [name, each] of Object.entries(stack.services)) {
    for (const [i, need] of each.needs.entries())
      wanted.push([`services.${name}.needs.${i}`, need, services, 'service'])
    for (const [i, one] of each.environment.entries())
      wanted.push([`services.${name}.environment.${i}`, one, variables, 'variable'])
  }
  for (const [i, each] of stack.routes.entries())
    wanted.push([`routes.${i}.service`, each.service, services, 'service'])
  for (const [i, each] of stack.checks.entries())
    wanted.push([`checks.${i}.service`, each.service, services, 'service'])
  if (stack.migrations) wanted.push(['migrations.service', stack.migrations.service, services, 'service'])
  const missing = wanted
    .filter(([, name, known]) => !known.includes(name))
    .map(([path, name, known, what]) => ({
      path,
      message: `There is no ${what} ${name} in this stack. ${didYouMean(name, known)}`,
    }))
  const circle = serviceOrder(stack).circle
  return circle
    ? [...missing, { path: `services.${circle}.needs`, message: `${circle} needs itself in the end: a circle.` }]
    : missing
}

function variableProblems(stack: StackManifest): Problem[] {
  const problems: Problem[] = []
  for (const [name, each] of Object.entries(stack.variables)) {
    const say = (message: string) => problems.push({ path: `variables.${name}`, message })
    const ways = [each.generate, each.from, each.default].filter((way) => way !== undefined).length
    if (ways > 1) say('A variable has one of: generate, from, default.')
    if (each.generate !== undefined && !each.secret) say('What is generated is a secret: add secret: true.')
    if (each.secret && each.default !== undefined) say('A secret has no default: use generate, from, or have it given.')
    if (['HOST', 'PORT'].includes(name)) say('HOST and PORT are set by Nexus.')
    if ((each.from === 'database.url' || each.from === 'identity.clientSecret') && !each.secret)
      say(`${each.from} is a secret: add secret: true.`)
    if (each.from === 'database.url' && !stack.resources.database)
      say('Asks for a database that resources does not name.')
    const asked = /^service\.(.+)\.url$/.exec(each.from ?? '')?.[1]
    if (asked && !stack.services[asked])
      say(`There is no service ${asked} in this stack. ${didYouMean(asked, Object.keys(stack.services))}`)
  }
  return problems
}

const slotDistance = 100

/** Where a service listens on 127.0.0.1 of its host: slot b lies 100 above slot a. */
export const portIn = (service: StackService, slot: Slot): number => service.port + (slot === 'a' ? 0 : slotDistance)

/** Every port of both slots, by service; the edge, the units and the checks read it from here. */
export const portPlan = (stack: StackManifest): Record<Slot, Record<string, number>> => ({
  a: Object.fromEntries(Object.entries(stack.services).map(([name, each]) => [name, portIn(each, 'a')])),
  b: Object.fromEntries(Object.entries(stack.services).map(([name, each]) => [name, portIn(each, 'b')])),
})

/** Ports that the baseline already uses on a host: Postgres, the static files behind the edge, the exporter. */
const hostPorts = [5432, 8081, 9100]

function portProblems(stack: StackManifest): Problem[] {
  const seen = new Map<number, string>()
  const problems: Problem[] = []
  for (const slot of slots) {
    for (const [name, each] of Object.entries(stack.services)) {
      const port = portIn(each, slot)
      const other = hostPorts.includes(port) ? 'the host itself' : seen.get(port)
      if (other)
        problems.push({
          path: `services.${name}.port`,
          message: `Port ${port} (slot ${slot}) is also the port of ${other}.`,
        })
      seen.set(port, `${name} (slot ${slot})`)
    }
  }
  return problems
}

/** Services so that each comes after what it needs; `circle` names one that needs itself in the end. */
export function serviceOrder(stack: Pick<StackManifest, 'services'>): {
  readonly order: readonly string[]
  readonly circle?: string
} {
  const order: string[] = []
  const open = new Set<string>()
  let circle: string | undefined
  const visit = (name: string) => {
    if (order.includes(name)) return
    if (open.has(name)) {
      circle ??= name
      return
    }
    open.add(name)
    for (const need of stack.services[name]?.needs ?? []) visit(need)
    open.delete(name)
    order.push(name)
  }
  for (const name of Object.keys(stack.services)) visit(name)
  return circle === undefined ? { order } : { order, circle }
}
