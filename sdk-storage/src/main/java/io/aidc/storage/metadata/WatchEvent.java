package io.aidc.storage.metadata;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a watcher is told. */
public sealed interface WatchEvent {
    /**
     * Returns the place in the order up to which the watcher has been told everything.
     *
     * @return a revision
     */
    long revision();

    /**
     * A key was written or removed.
     *
     * @param key the key
     * @param value its bytes, or null if it was removed; not to be modified
     * @param revision the number of the command that did it, ≥ 1
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is defined below; the array is not handed to strangers
    record Changed(String key, byte @Nullable [] value, long revision) implements WatchEvent {
        @Override
        public boolean equals(Object other) {
            return other instanceof Changed that
                    && key.equals(that.key)
                    && Arrays.equals(value, that.value)
                    && revision == that.revision;
        }

        @Override
        public int hashCode() {
            return 31 * key.hashCode() + Long.hashCode(revision);
        }

        @Override
        public String toString() {
            return "Changed[key=%s, %s, revision=%d]"
                    .formatted(key, value == null ? "removed" : value.length + " bytes", revision);
        }
    }

    /**
     * Changes up to a revision are no longer remembered one by one; the watcher reads what it watches anew.
     *
     * @param revision changes after this one will be told
     */
    record Missed(long revision) implements WatchEvent {}
}
