/** Reads and writes backup repositories in restic's format; start at {@link io.aidc.storage.internal.restic.Repository}. */
@NullMarked
package io.aidc.storage.internal.restic;

import org.jspecify.annotations.NullMarked;
