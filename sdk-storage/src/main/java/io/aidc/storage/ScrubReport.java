package io.aidc.storage;

/**
 * What {@link ReplicatedStore#scrub(Progress)} found on this node.
 *
 * <p>Immutable.
 *
 * @param chunks how many chunks and manifests were read
 * @param repaired those that were missing or damaged and were fetched from another node
 * @param lost those of which no node has an undamaged copy; a backup may have one, see {@link StoreBackup#heal}
 * @param unavailable those that are missing or damaged here and may be on a node that did not answer
 */
public record ScrubReport(long chunks, long repaired, long lost, long unavailable) {
    ScrubReport plus(ScrubReport other) {
        return new ScrubReport(
                chunks + other.chunks, repaired + other.repaired, lost + other.lost, unavailable + other.unavailable);
    }
}
