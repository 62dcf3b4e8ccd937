package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import java.util.List;

/**
 * Shows that a log of some size holds an entry at an index.
 *
 * <p><em>Immutable.</em>
 *
 * @param index of the entry, counted from 0, unsigned
 * @param size of the log, unsigned
 * @param path the hashes beside the way from the entry up to the root
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3">RFC 9162, section 2.1.3</a>
 */
public record InclusionProof(long index, long size, List<TreeHash> path) {
    static final int MAX_PATH = 64;

    /**
     * Copies the path.
     *
     * @throws IllegalArgumentException if the path is longer than any, 64 hashes
     */
    public InclusionProof {
        path = List.copyOf(path);
        if (path.size() > MAX_PATH) {
            throw new IllegalArgumentException(
                    "path must be at most %d hashes, got %d".formatted(MAX_PATH, path.size()));
        }
    }

    /**
     * Checks an entry against a checkpoint. Whether the log signed the checkpoint, {@link LogVerifier} says.
     *
     * @param entry the hash of the entry
     * @param checkpoint of the log at this proof's size
     * @throws AuditLogException if this does not show that the log held the entry at the index; names the index
     */
    public void verify(TreeHash entry, Checkpoint checkpoint) {
        boolean shown = size == checkpoint.size()
                && Merkle.includes(
                        index,
                        size,
                        entry.bytes(),
                        bytes(path),
                        checkpoint.root().bytes());
        if (!shown) {
            throw new AuditLogException(
                    index,
                    "entry %s is not shown to be in %s at size %s"
                            .formatted(
                                    Long.toUnsignedString(index),
                                    checkpoint.origin(),
                                    Long.toUnsignedString(checkpoint.size())));
        }
    }

    static List<byte[]> bytes(List<TreeHash> path) {
        return path.stream().map(TreeHash::bytes).toList();
    }

    static List<TreeHash> hashes(List<byte[]> path) {
        return path.stream().map(TreeHash::of).toList();
    }
}
