package io.aidc.storage;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a write ended. */
public sealed interface Write {
    /**
     * Returns the id of the write.
     *
     * @return unique; for {@link ReplicatedStore#outcomeOf}
     */
    UUID requestId();

    /**
     * The write took effect and survives the loss of a minority of the nodes.
     *
     * @param requestId the id of the write
     * @param revision its place in the order of all writes, ≥ 1
     */
    record Committed(UUID requestId, long revision) implements Write {
        /** Checks the id. */
        public Committed {
            Objects.requireNonNull(requestId, "requestId");
        }
    }

    /**
     * A condition did not hold; nothing was changed.
     *
     * @param requestId the id of the write
     * @param target what was not as required: {@code name@label}, {@code request <id>} for a request that was abandoned, or {@code
     *     restoring} while a backup is brought into the store
     * @param found what it is instead: the version an alias points at, the digest of an existing version; null if nothing is
     *     there
     */
    record Rejected(UUID requestId, String target, @Nullable String found) implements Write {
        /** Checks id and target. */
        public Rejected {
            Objects.requireNonNull(requestId, "requestId");
            Objects.requireNonNull(target, "target");
        }
    }

    /**
     * No answer came in time: the write took effect, will, or never will. {@link ReplicatedStore#outcomeOf} settles it.
     *
     * @param requestId the id of the write
     */
    record Unknown(UUID requestId) implements Write {
        /** Checks the id. */
        public Unknown {
            Objects.requireNonNull(requestId, "requestId");
        }
    }
}
