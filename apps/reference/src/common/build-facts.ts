/** What the package says about itself. `package.ts` writes this file anew for each release; in a checkout it reads as below. */
export type PlannedFault = 'none' | 'backend-start' | 'migration' | 'health'

export const buildFacts: { readonly version: string; readonly fault: PlannedFault } = {
  version: '0.0.0-dev',
  fault: 'none',
}
