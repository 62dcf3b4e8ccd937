/**
 * Keeps encrypted, de-duplicated backups in a repository that the restic program can read; start at {@link
 * io.aidc.storage.backup.BackupRepository}.
 */
@NullMarked
package io.aidc.storage.backup;

import org.jspecify.annotations.NullMarked;
