package io.aidc.storage.metadata;

import io.aidc.storage.internal.file.DurableFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a single node's log needs.
 *
 * <p>Immutable.
 *
 * @param node the node's id, for {@link MetadataLog#standing()}
 * @param directory exists
 * @param files writes
 * @param timeout the bound of a command's wait in the queue
 * @param clock the wall time that is written into entries
 * @param archive keeps every entry, or null
 * @param entriesPerSegment after how many entries a snapshot is written and the older entries are forgotten, ≥ 1
 */
public record LocalLogOptions(
        String node,
        Path directory,
        DurableFiles files,
        Duration timeout,
        Clock clock,
        @Nullable CommandArchive archive,
        int entriesPerSegment) {
    /** What is usual for {@code entriesPerSegment}. */
    public static final int ENTRIES_PER_SEGMENT = 50_000;
}
