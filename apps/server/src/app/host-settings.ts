import { type BaselineSettings, defaultSettings } from '../modules/hosts/index.ts'
import type { Settings } from './settings.ts'

/** What the settings of nexusd say about every host. */
export const baselineSettings = (settings: Settings): Omit<BaselineSettings, 'controlKey'> => ({
  ...defaultSettings,
  controlAddresses: settings.controlAddresses,
  dockerSource: settings.dockerSource,
  sshSources: settings.sshSources,
  timeZone: settings.timeZone,
  rebootWindow: settings.rebootWindow,
  deployKeys: settings.deployKeys,
  ...(settings.breakGlassKey === '' ? {} : { breakGlassKey: settings.breakGlassKey }),
  ...(settings.scraperAddress === '' ? {} : { scraperAddress: settings.scraperAddress }),
})
