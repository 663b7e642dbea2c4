import { type CertificateWish, type SignedCertificate, signWith } from './lab-ca.ts'
import { labPaths } from './lab-paths.ts'

export { labPaths } from './lab-paths.ts'
export { type Lab, type LabHost, readLab } from './lab-view.ts'
export { type MailMode, mailModes } from './mail-catcher.ts'
export type { CaughtMail } from './mail-store.ts'
export type { Server } from './provider-api.ts'
export { providerClient } from './provider-client.ts'
export { startVm, type Vm } from './vm.ts'
export { whyNoLab } from './why-no-lab.ts'
export type { CertificateWish, SignedCertificate }

/** A server certificate of the lab's own authority. */
export const signCertificate = (wish: CertificateWish): Promise<SignedCertificate> => signWith(labPaths(), wish)
