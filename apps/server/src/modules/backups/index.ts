/**
 * Backups: what was saved, where, and when last proven by a restore. Owns the backup row and the repository on the host.
 * Never says that a backup is good because it was taken: only one that was restored and compared is.
 */
export { type Backup, type BackupState, backupCheck } from './backup.ts'
export { backupRoutes } from './backup-routes.ts'
export { type BackupDeps, type BackupSource, type Backups, backupService } from './backup-service.ts'
