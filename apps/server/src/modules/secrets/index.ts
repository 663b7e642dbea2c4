/**
 * secrets: values of tenants, sealed at rest, with versions; everywhere else there are references.
 *
 * Owns the sealed rows. Never answers a value to a person, never writes one to a log, the trail or a run.
 */
export { type MasterKeys, masterKeyService, type Resealer } from './master-key-rotation.ts'
export { fromRef, isSecretRef, type Secret, type SecretName, type SecretRef, toRef } from './secret.ts'
export { secretRoutes } from './secret-routes.ts'
export { type SecretDeps, type Secrets, type SecretUse, secretService } from './secret-service.ts'
