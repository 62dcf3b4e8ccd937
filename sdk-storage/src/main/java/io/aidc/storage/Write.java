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
     * Returns the write if it took effect, for callers to whom anything else is a failure.
     *
     * @return this
     * @throws IllegalStateException if it was rejected, with what was found instead, or its outcome is unknown
     */
    default Committed orThrow() {
        if (this instanceof Committed committed) {
            return committed;
        }
        if (this instanceof Rejected rejected) {
            throw new IllegalStateException("rejected: " + rejected.reason());
        }
        throw new IllegalStateException(
                "no answer came in time: outcomeOf(%s) tells what became of it".formatted(requestId()));
    }

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

        /**
         * Says for people why nothing was changed.
         *
         * @return such as {@code m@prod is 3}
         */
        public String reason() {
            return "%s is %s".formatted(target, found == null ? "not there" : found);
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
