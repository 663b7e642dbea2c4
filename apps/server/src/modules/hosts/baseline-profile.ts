import { accessItems } from './baseline-access.ts'
import { firewallItems } from './baseline-firewall.ts'
import type { BaselineItem } from './baseline-item.ts'
import { kernelItems } from './baseline-kernel.ts'
import { loginItems } from './baseline-login.ts'
import { packageItems } from './baseline-packages.ts'
import { serviceItems } from './baseline-services.ts'
import type { BaselineSettings } from './baseline-settings.ts'
import { systemItems } from './baseline-system.ts'
import type { HostFacts } from './host-facts.ts'

/** The list for one host: profile, settings and facts in, plain values out. The order is the order of work. */
export function baselineFor(settings: BaselineSettings, facts: HostFacts): readonly BaselineItem[] {
  const control = [
    ...new Set([...settings.controlAddresses, facts.controlAddress].filter((each) => each !== '')),
  ].sort()
  return [
    ...packageItems(settings, facts),
    ...systemItems(settings, facts),
    ...kernelItems(facts),
    ...loginItems(),
    ...serviceItems(settings, facts, control),
    ...accessItems(settings, facts, control),
    ...firewallItems(settings),
  ]
}
