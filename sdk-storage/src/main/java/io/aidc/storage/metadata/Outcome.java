package io.aidc.storage.metadata;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How a command ended. */
public sealed interface Outcome {
    /**
     * The changes were made.
     *
     * @param revision the command's number in the order, ≥ 1
     */
    record Applied(long revision) implements Outcome {}

    /**
     * A condition did not hold; nothing was changed.
     *
     * @param revision the command's number in the order, ≥ 1
     * @param key the key of the first condition that did not hold
     * @param found what the key held, or null if it did not exist; not to be modified
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is defined below; the array is not handed to strangers
    record Refused(long revision, String key, byte @Nullable [] found) implements Outcome {
        @Override
        public boolean equals(Object other) {
            return other instanceof Refused that
                    && revision == that.revision
                    && key.equals(that.key)
                    && Arrays.equals(found, that.found);
        }

        @Override
        public int hashCode() {
            return 31 * key.hashCode() + Arrays.hashCode(found);
        }

        @Override
        public String toString() {
            return "Refused[revision=%d, key=%s, found=%s]"
                    .formatted(revision, key, found == null ? "nothing" : found.length + " bytes");
        }
    }

    /**
     * A {@link Command.Fence} came first: the request has changed nothing and never will.
     *
     * @param revision the fence's number in the order, ≥ 1
     */
    record Abandoned(long revision) implements Outcome {}

    /**
     * The request is older than the outcomes that are remembered, so that it may have taken effect before; this command
     * changed nothing.
     */
    record Forgotten() implements Outcome {}

    /** No answer came in time; the command may take effect now, later, or never. A {@link Command.Fence} settles it. */
    record Unanswered() implements Outcome {}
}
