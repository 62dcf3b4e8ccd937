package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import java.util.List;

/**
 * Shows that a log only grew between two sizes: nothing in it was changed, moved or removed.
 *
 * <p><em>Immutable.</em>
 *
 * @param from the earlier size, unsigned
 * @param to the later size, unsigned
 * @param path the hashes that lead from one root to the other; none if the earlier log was empty
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4">RFC 9162, section 2.1.4</a>
 */
public record ConsistencyProof(long from, long to, List<TreeHash> path) {
    private static final int MAX_PATH = 65;

    /**
     * Copies the path.
     *
     * @throws IllegalArgumentException if the path is longer than any, 65 hashes
     */
    public ConsistencyProof {
        path = List.copyOf(path);
        if (path.size() > MAX_PATH) {
            throw new IllegalArgumentException(
                    "path must be at most %d hashes, got %d".formatted(MAX_PATH, path.size()));
        }
    }

    /**
     * Checks one checkpoint against a later one. Whether the log signed them, {@link LogVerifier} says. Every log continues
     * the empty one.
     *
     * @param earlier at the size {@code from}
     * @param later at the size {@code to}
     * @throws AuditLogException if this does not show that the later log continues the earlier one; which entry differs cannot
     *     be told from it
     */
    public void verify(Checkpoint earlier, Checkpoint later) {
        boolean shown = earlier.origin().equals(later.origin())
                && earlier.size() == from
                && later.size() == to
                && (from == 0 ? continuesNothing(earlier, later) : continues(earlier, later));
        if (!shown) {
            throw new AuditLogException(
                    AuditLogException.NO_ENTRY,
                    "%s at size %s is not shown to continue %s at size %s"
                            .formatted(
                                    later.origin(),
                                    Long.toUnsignedString(later.size()),
                                    earlier.origin(),
                                    Long.toUnsignedString(earlier.size())));
        }
    }

    private boolean continuesNothing(Checkpoint earlier, Checkpoint later) {
        return path.isEmpty()
                && earlier.root().equals(TreeHash.ofNothing())
                && (to != 0 || later.root().equals(earlier.root()));
    }

    private boolean continues(Checkpoint earlier, Checkpoint later) {
        byte[] fromRoot = earlier.root().bytes();
        return Merkle.continues(from, fromRoot, to, later.root().bytes(), InclusionProof.bytes(path));
    }
}
