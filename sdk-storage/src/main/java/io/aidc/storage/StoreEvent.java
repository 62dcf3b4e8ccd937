package io.aidc.storage;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something an operator may want to know, told to the store's listener on the thread {@code aidc-storage-events}. */
public sealed interface StoreEvent {
    /**
     * Another leader was elected, or the known one was lost.
     *
     * @param leader its id, or null if there is none
     * @param term the election term
     */
    record LeaderChanged(@Nullable String leader, long term) implements StoreEvent {}

    /**
     * The nodes of the cluster are known, or are others than before.
     *
     * @param nodes their ids, sorted
     */
    record MembersChanged(List<String> nodes) implements StoreEvent {
        /** Copies the ids. */
        public MembersChanged {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * Another node's metadata differs from this node's at the same place in the order. One of the two is wrong; a third node
     * tells which. Remove the wrong one and add a fresh node.
     *
     * @param node the other node
     * @param revision the first place that was found to differ
     */
    record DivergenceDetected(String node, long revision) implements StoreEvent {}

    /**
     * No backup was made for longer than the schedule allows.
     *
     * @param latest when the latest one was made, or that there is none
     */
    record BackupStale(String latest) implements StoreEvent {}

    /**
     * A scheduled backup failed; the next one is tried when it is due.
     *
     * @param reason what happened
     */
    record BackupFailed(String reason) implements StoreEvent {}

    /**
     * A check found that the backup repository lost something or was changed.
     *
     * @param findings what was found
     */
    record BackupCorrupt(String findings) implements StoreEvent {}

    /**
     * A restore drill showed that something cannot be restored as it was.
     *
     * @param snapshot which backup
     * @param findings what was found
     */
    record DrillFailed(String snapshot, String findings) implements StoreEvent {}

    /**
     * A node did not take or give a chunk.
     *
     * @param node its id
     * @param reason what happened
     */
    record ReplicaUnreachable(String node, String reason) implements StoreEvent {}

    /**
     * A node's copy of a chunk is damaged; it was not used.
     *
     * @param node its id
     * @param chunk the chunk's id
     */
    record ChunkCorrupt(String node, String chunk) implements StoreEvent {}

    /**
     * This node's copy of a chunk was missing or damaged and was written again.
     *
     * @param chunk the chunk's id
     * @param fromNode who had a good copy
     */
    record ChunkRepaired(String chunk, String fromNode) implements StoreEvent {}

    /**
     * Bytes of a pack on this node are damaged. Chunks in them are fetched from other nodes when they are read or scrubbed.
     *
     * @param pack the file
     * @param offset the first damaged byte
     * @param bytes how many
     */
    record PackDamaged(String pack, long offset, long bytes) implements StoreEvent {}

    /**
     * A damaged chunk was kept aside in {@code packs/quarantine} instead of being deleted with its pack.
     *
     * @param chunk its id
     * @param reason what is wrong
     */
    record ChunkQuarantined(String chunk, String reason) implements StoreEvent {}

    /**
     * A version needs a chunk of which no node has an undamaged copy; found by scrubbing. {@link StoreBackup#heal} may
     * find it in a backup.
     *
     * @param chunk the chunk's id
     */
    record ChunkLost(String chunk) implements StoreEvent {}

    /**
     * A flush failed. A single node writes nothing more until it is opened again. In a cluster this node takes no more chunks;
     * if the path is the Raft directory, it takes chunks but no longer votes.
     *
     * @param path the file or directory, the Raft directory for its log
     * @param reason what the system said
     */
    record FsyncFailed(Path path, String reason) implements StoreEvent {}

    /**
     * The Raft directory does not flush its entries by itself: a power cut can take back this node's vote.
     *
     * @param directory the Raft directory
     * @param reason why the dirsync attribute did not stick
     */
    record DirectorySyncMissing(Path directory, String reason) implements StoreEvent {}
}
