package io.aidc.storage;

import java.util.List;

/**
 * What healing this node's content did.
 *
 * <p>Immutable.
 *
 * @param checked chunks that versions need
 * @param fromPeers chunks that this node lacked or held damaged and another node had
 * @param fromBackup chunks that only the backup had
 * @param lost {@code name@version} of versions of which neither has all bytes
 */
public record HealReport(long checked, long fromPeers, long fromBackup, List<String> lost) {
    /** Copies the list. */
    public HealReport {
        lost = List.copyOf(lost);
    }
}
