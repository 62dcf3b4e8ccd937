package io.aidc.storage.backup;

import java.time.Instant;

/**
 * A file of a snapshot.
 *
 * @param name relative, parts separated by {@code /}
 * @param bytes its length
 * @param modified when its content had last changed
 */
public record SnapshotEntry(String name, long bytes, Instant modified) {}
